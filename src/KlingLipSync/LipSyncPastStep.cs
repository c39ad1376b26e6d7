namespace KlingLipSync;

/// <summary>A clip just past a step of 5 s, and what cutting it to the step saves.</summary>
public sealed record LipSyncPastStep
{
    /// <summary>The clip; a URL without its query.</summary>
    public required string Path { get; init; }

    /// <summary>Full path of the clip, by which it can be piped on; null for a URL.</summary>
    public string? VideoPath { get; init; }

    /// <summary>Its length, by the cautious reading.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The seconds that are billed as it is.</summary>
    public required int BilledSeconds { get; init; }

    /// <summary>The length to cut it to, or less.</summary>
    public required TimeSpan TrimTo { get; init; }

    /// <summary>What that saves, in USD. For a clip with several sounds, once for each.</summary>
    public required decimal Saving { get; init; }

    /// <summary>The <c>ffmpeg</c> line that does it, to be pasted.</summary>
    public required string Remedy { get; init; }
}
