namespace KlingLipSync.Fal;

/// <summary>One request as the platform's history tells it.</summary>
/// <param name="RequestId">Its id, fit for a path or a file name.</param>
/// <param name="SentAt">When fal took it.</param>
/// <param name="StartedAt">When it began to run.</param>
/// <param name="EndedAt">When it ended; nothing while it goes on, if history shows it then.</param>
/// <param name="StatusCode">The HTTP status of its result.</param>
/// <param name="VideoUrl">The video it was given. Nothing where payloads are not kept, or have another shape.</param>
/// <param name="AudioUrl">The sound it was given, likewise.</param>
/// <param name="Result">What the result call would say of it: nothing where its output is not shown, or ends no job. Headers are not kept,
/// so the billed units, the start timeout and the time of the answer are unknown.</param>
internal sealed record FalHistoryItem(
    string RequestId,
    DateTimeOffset? SentAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    int? StatusCode,
    string? VideoUrl,
    string? AudioUrl,
    FalResult? Result)
{
    /// <summary>Whether both inputs are shown, so that the request can be told from others.</summary>
    public bool HasInput => VideoUrl is not null && AudioUrl is not null;
}
