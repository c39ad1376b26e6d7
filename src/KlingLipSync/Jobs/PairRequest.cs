using KlingLipSync.Results;

namespace KlingLipSync.Jobs;

/// <summary>One pair as the user named it, before anything was looked at.</summary>
internal sealed record PairRequest
{
    /// <summary>What the user handed in: the target of every error about this pair.</summary>
    public required object Source { get; init; }

    /// <summary>Full path of the clip, or null.</summary>
    public string? VideoPath { get; init; }

    public string? VideoUrl { get; init; }

    /// <summary>Full paths of the sounds; none to look for one beside the clip.</summary>
    public IReadOnlyList<string> AudioPaths { get; init; } = [];

    public string? AudioUrl { get; init; }

    /// <summary>Where to look for sounds instead of the clip's own folder.</summary>
    public string? AudioDirectory { get; init; }

    /// <summary>Full path of the folder to save into; null to save nothing.</summary>
    public string? Destination { get; init; }

    public NameTemplate Template { get; init; } = NameTemplate.Parse(null);

    public bool Overwrite { get; init; }

    public bool AllowOutputAsInput { get; init; }

    public string? Key { get; init; }

    public string? Tag { get; init; }
}
