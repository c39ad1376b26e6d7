namespace KlingLipSync;

/// <summary>One line of a runner's log, as fal tells it.</summary>
/// <param name="Message">The runner's words, without keys and signed queries.</param>
public sealed record LipSyncLogLine(string Message)
{
    /// <summary>When the line was written, by fal's clock; null where fal does not say.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>fal's level of the line, such as <c>INFO</c> or <c>STDERR</c>; null where fal does not say.</summary>
    public string? Level { get; init; }

    /// <summary>Who wrote the line, such as <c>USER</c>; null where fal does not say.</summary>
    public string? Source { get; init; }

    /// <summary>The level and the message in one line.</summary>
    public override string ToString() => Level is null ? Message : $"{Level} {Message}";
}
