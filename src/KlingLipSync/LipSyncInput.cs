namespace KlingLipSync;

/// <summary>A pair as it was handed in. The target of errors about pairs that came to no job; piping it back tries the pair again.</summary>
public sealed record LipSyncInput
{
    /// <summary>Full path of the clip; null for a URL.</summary>
    public string? VideoPath { get; init; }

    /// <summary>The clip's URL; null for a file.</summary>
    public string? VideoUrl { get; init; }

    /// <summary>The sounds that were named; empty where the one beside the clip was meant.</summary>
    public string[] AudioPath { get; init; } = [];

    /// <summary>The sound's URL; null for a file.</summary>
    public string? AudioUrl { get; init; }

    /// <summary>The folder to save into; null to save nothing.</summary>
    public string? Destination { get; init; }

    /// <summary>What stands for URL inputs in the pair's identity.</summary>
    public string? Key { get; init; }

    /// <summary>The user's own mark.</summary>
    public string? Tag { get; init; }

    /// <summary>The clip; of a URL without its query, which may be a signature.</summary>
    public override string ToString() => VideoPath ?? Jobs.MediaInput.Bare(VideoUrl) ?? "a row without a video";
}
