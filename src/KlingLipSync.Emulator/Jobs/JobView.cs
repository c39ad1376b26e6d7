namespace KlingLipSync.Emulator.Jobs;

/// <summary>A request as it stood at one moment.</summary>
internal sealed record JobView(
    Job Job, JobState State, int? QueuePosition, IReadOnlyList<LogLine> Log, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, Outcome? Outcome,
    bool PayloadsKept)
{
    /// <summary>How long it ran; null if it never started.</summary>
    public double? InferenceSeconds => (EndedAt - StartedAt)?.TotalSeconds;
}
