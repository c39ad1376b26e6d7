using KlingLipSync.Jobs;

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

    /// <summary>The clip, or the sound of a row without one; of a URL neither user nor query, which may be secrets.</summary>
    public override string ToString() => (VideoPath ?? VideoUrl, AudioPath.FirstOrDefault() ?? AudioUrl) switch
    {
        ({ } video, _) => ShownAddress.Of(video),
        (null, { } audio) => $"a row without a video, with the sound {ShownAddress.Of(audio)}",
        _ => "a row without a video",
    };
}
