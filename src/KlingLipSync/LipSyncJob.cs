namespace KlingLipSync;

/// <summary>A lip-sync job as the store knows it: one pair of video and sound, what it costs, and how far it is.</summary>
/// <remarks>A snapshot: it does not change after it was emitted. All times are UTC.</remarks>
public sealed record LipSyncJob
{
    /// <summary>The job's own id, made by this module when the pair was claimed.</summary>
    public required string Id { get; init; }

    /// <summary>fal's id of the accepted request; null before acceptance.</summary>
    public string? RequestId { get; init; }

    /// <summary>The run (one call of a command) that last worked on the job.</summary>
    public string? RunId { get; init; }

    /// <summary>The user's own mark.</summary>
    public string? Tag { get; init; }

    /// <summary>What stands for URL inputs in the pair's identity; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>Where the job stands.</summary>
    public LipSyncJobState State { get; init; }

    /// <summary>True when this command paid nothing for the job: an earlier submission was taken up or passed through.</summary>
    public bool Reused { get; init; }

    /// <summary>Full path of the clip; null for a URL input.</summary>
    public string? VideoPath { get; init; }

    /// <summary>The user's own URL of the clip; null for a file.</summary>
    public string? VideoUrl { get; init; }

    /// <summary>Full path of the sound; null for a URL input.</summary>
    public string? AudioPath { get; init; }

    /// <summary>The user's own URL of the sound; null for a file.</summary>
    public string? AudioUrl { get; init; }

    /// <summary>The clip's length by the cautious reading; null for a URL input.</summary>
    public TimeSpan? VideoDuration { get; init; }

    /// <summary>Seconds that are billed: the length rounded up to 5 s; null when the length is unknown.</summary>
    public int? BilledSeconds { get; init; }

    /// <summary>What the job costs in USD by the endpoint's price; null when the length is unknown.</summary>
    public decimal? QuotedCost { get; init; }

    /// <summary>fal's <c>x-fal-billable-units</c> of the result; null when fal sent none.</summary>
    public decimal? BillableUnits { get; init; }

    /// <summary>Whether fal bills the job.</summary>
    public LipSyncBilled Billed { get; init; }

    /// <summary>Requests ahead in fal's queue when last seen; 0 is next.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>When the pair was claimed.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When fal accepted the job.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>When the job was seen to have ended.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>
    /// Until when the result is sure to be there. While the job is open: one hour after acceptance, as if it had
    /// ended at once (fal keeps the result's JSON 1 h). Once the JSON is stored: the file's own life, 7 days or
    /// what <c>-ResultExpiry</c> asked for. Null when there is nothing (more) to collect.
    /// </summary>
    public DateTimeOffset? CollectBefore { get; init; }

    /// <summary>The runner's log, as far as it was asked for and heard while this command waited. It is not kept in the store.</summary>
    public IReadOnlyList<LipSyncLogLine> Log { get; init; } = [];

    /// <summary>How long the model worked, as fal reports it.</summary>
    public TimeSpan? InferenceTime { get; init; }

    /// <summary>Where fal serves the result. Anyone who has the URL can read it.</summary>
    public string? ResultUrl { get; init; }

    /// <summary>Full path of the saved file.</summary>
    public string? OutputPath { get; init; }

    /// <summary>What became of a cancel.</summary>
    public LipSyncCancelOutcome CancelOutcome { get; init; }

    /// <summary>fal's error type, or this module's error id; null when nothing failed.</summary>
    public string? ErrorType { get; init; }

    /// <summary>What happened, in plain words; null when nothing failed.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>The service the job went to: <c>fal</c>, or a custom base URL.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The id half of the API key that pays; never the secret.</summary>
    public required string KeyId { get; init; }

    /// <summary>True when nothing more will happen by itself.</summary>
    public bool IsEnded => State is LipSyncJobState.Completed or LipSyncJobState.Saved or LipSyncJobState.Failed
        or LipSyncJobState.Cancelled or LipSyncJobState.Lost;

    /// <summary>True when fal may have taken money for the job and its file is neither on disk nor given up.</summary>
    public bool IsPending => State is LipSyncJobState.Submitting or LipSyncJobState.Unconfirmed or LipSyncJobState.Queued
        or LipSyncJobState.Running or LipSyncJobState.Completed;

    /// <summary>The id, state and source of the job in one line; of a URL without its query, which may be a signature.</summary>
    public override string ToString() => $"{Id} {State} {VideoPath ?? Jobs.MediaInput.Bare(VideoUrl)}";

    /// <summary>The URLs that fal knows this job by; null before acceptance.</summary>
    internal JobAddress? Address { get; init; }

    /// <summary>The URLs that fal was given, uploads included; null before the first attempt.</summary>
    internal (string Video, string Audio)? Sent { get; init; }

    /// <summary>Until when fal is sure to have the result's file; null before the end.</summary>
    internal DateTimeOffset? MediaUntil { get; init; }

    /// <summary>The attempt that <see cref="RequestId"/> belongs to; 0 before the first.</summary>
    internal int Attempt { get; init; }

    /// <summary>Whether the same input may succeed in a new attempt.</summary>
    internal bool Retryable { get; init; }

    /// <summary>The service's model endpoint.</summary>
    internal string EndpointId { get; init; } = "";

    /// <summary>Whether only its tombstone is left.</summary>
    internal bool IsRemoved { get; init; }

    /// <summary>Whether this is the job as a second payment left it: one that was taken for absent and was found later.</summary>
    internal bool IsLate { get; init; }

    /// <summary>Length of the result as fal announced it, in bytes; null when it did not.</summary>
    internal long? ResultBytes { get; init; }
}

/// <summary>Where an accepted request is asked about, read and cancelled, as fal's own reply named it. Taken apart only when it is used.</summary>
internal sealed record JobAddress(string StatusUrl, string ResponseUrl, string CancelUrl)
{
    public Uri Status => new(StatusUrl);

    public Uri Response => new(ResponseUrl);

    public Uri Cancel => new(CancelUrl);
}
