namespace KlingLipSync;

/// <summary>One change of a job that is being watched: its state, its place in the queue, or new lines of its log.</summary>
/// <remarks><see cref="Id"/> is the name of the other commands' parameter, so that an update can be piped to them.</remarks>
public sealed record LipSyncJobUpdate
{
    /// <summary>The job's own id.</summary>
    public required string Id { get; init; }

    /// <summary>fal's id of the request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Where the job stands now.</summary>
    public LipSyncJobState State { get; init; }

    /// <summary>Requests ahead in fal's queue; 0 is next, null where fal does not say or the job has left the queue.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>The lines of the runner's log that came with this change. Empty unless they were asked for.</summary>
    public IReadOnlyList<LipSyncLogLine> Log { get; init; } = [];

    /// <summary>When the change was seen, UTC.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>How long ago fal accepted the job then.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The id, the state and the newest line of the log.</summary>
    public override string ToString() => Log.Count == 0 ? $"{Id} {State}" : $"{Id} {State} {Log[^1].Message}";
}
