namespace KlingLipSync.Fal;

/// <summary>Where fal says a request stands.</summary>
internal enum FalStatusKind
{
    /// <summary>Waiting.</summary>
    Queued,

    /// <summary>Being worked on.</summary>
    Running,

    /// <summary>Ended, well or not: the result tells.</summary>
    Completed,

    /// <summary>A word we do not know. Ask again.</summary>
    StillUnknown,
}

/// <summary>One status of a request.</summary>
/// <param name="Kind">Where it stands.</param>
/// <param name="QueuePosition">How many are ahead of it.</param>
/// <param name="InferenceTime">How long the model worked.</param>
/// <param name="ErrorType">fal's name of the failure, if it says so already.</param>
/// <param name="Error">fal's words about the failure.</param>
/// <param name="Date">fal's own time of this status.</param>
internal sealed record FalStatus(
    FalStatusKind Kind,
    int? QueuePosition,
    TimeSpan? InferenceTime,
    string? ErrorType,
    string? Error,
    DateTimeOffset? Date)
{
    /// <summary>Lines of the runner's log, where they were asked for: all of it, its newest lines, or in a stream those that no event has had yet.</summary>
    public IReadOnlyList<LipSyncLogLine> Log { get; init; } = [];
}
