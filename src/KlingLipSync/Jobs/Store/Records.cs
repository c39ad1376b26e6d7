using KlingLipSync.Fal;
using KlingLipSync.Media;

namespace KlingLipSync.Jobs.Store;

/// <summary>What a claim found.</summary>
internal enum ClaimKind
{
    /// <summary>Ours, and nothing is owed yet: go on to upload and pay.</summary>
    Fresh,

    /// <summary>Ours, accepted by fal earlier: wait for it.</summary>
    Open,

    /// <summary>Ours, and its result is known: save it.</summary>
    Done,

    /// <summary>It may have been accepted and nobody knows: held.</summary>
    Held,

    /// <summary>Ended for good: only to be reported.</summary>
    Ended,

    /// <summary>A living run has it: look again later.</summary>
    Busy,
}

/// <param name="Kind">What is to be done.</param>
/// <param name="Job">The pair's job.</param>
/// <param name="IsOwn">Whether the run that has a busy pair is the one that asks.</param>
internal sealed record Claim(ClaimKind Kind, LipSyncJob Job, bool IsOwn = false);

/// <summary>What is known of a pair when it is claimed.</summary>
internal sealed record JobFacts
{
    public string? VideoPath { get; init; }
    public string? VideoUrl { get; init; }
    public string? AudioPath { get; init; }
    public string? AudioUrl { get; init; }
    public TimeSpan? VideoDuration { get; init; }
    public int? BilledSeconds { get; init; }
    public long? MicroUsd { get; init; }

    /// <summary>What is set aside for it: where the length is not known, what the longest clip costs.</summary>
    public long ReservedMicroUsd => MicroUsd ?? LipSyncPrice.Unknown.MicroUsd;

    public string? Tag { get; init; }
    public string? Key { get; init; }
}

/// <summary>What is about to be sent, and what is needed to find it again at fal if its answer is lost.</summary>
internal sealed record Intent(string VideoUrl, string AudioUrl, string KeyId, TimeSpan StartTimeout, TimeSpan? ResultExpiry, FalMoment FalTime);

/// <summary>Another request with the same two URLs, of which nobody knows whether fal has it.</summary>
/// <param name="JobId">Its job.</param>
/// <param name="IsOut">True when it is on its way at this moment, and will be settled within its deadline.</param>
internal sealed record Twin(string JobId, bool IsOut);

/// <summary>fal's word that it accepted a request.</summary>
internal sealed record Receipt(string RequestId, JobAddress Address)
{
    /// <summary>When fal accepted it, where that was not just now.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }
}

/// <summary>How an accepted job ended.</summary>
internal sealed record JobEnd(LipSyncJobState State, LipSyncBilled Billed)
{
    public int Status { get; init; }
    public string? Json { get; init; }
    public string? ResultUrl { get; init; }
    public long? ResultBytes { get; init; }
    public string? BillableUnits { get; init; }
    public TimeSpan? InferenceTime { get; init; }
    public string? ErrorType { get; init; }
    public string? ErrorMessage { get; init; }
    public bool Retryable { get; init; }
    public LipSyncCancelOutcome? CancelOutcome { get; init; }
}

/// <summary>A file we wrote, or are about to make visible.</summary>
internal sealed record Output(string Path, string RequestId, long Bytes, string Sha256)
{
    public bool IsSaved { get; init; }
    public string JobId { get; init; } = "";
}

/// <summary>Which jobs to list; what is null does not filter.</summary>
internal sealed record JobFilter
{
    public bool Pending { get; init; }
    public string? RunId { get; init; }
    public string? Tag { get; init; }
    public DateTimeOffset? After { get; init; }
    public DateTimeOffset? Before { get; init; }
}
