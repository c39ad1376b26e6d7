using KlingLipSync.Media;

namespace KlingLipSync;

/// <summary>
/// What was found out about a clip, a sound or a pair without sending it anywhere. Its property names are those of
/// <c>Invoke-KlingLipSync</c>'s parameters, so that reports of clips and pairs can be piped there.
/// </summary>
public sealed record LipSyncMediaReport
{
    /// <summary>What was judged: the clip, or the sound where there is no clip. A URL without its query, which may be a signature; null for a row with neither.</summary>
    public string? Path { get; init; }

    /// <summary>A clip, a sound, or the two together.</summary>
    public LipSyncMediaKind Kind { get; init; }

    /// <summary>The clip's length: the longest of its readings, by which the price goes. Of a sound alone the sound's. Null where it is not known.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The sound's length; null where it is not known, or there is no sound.</summary>
    public TimeSpan? AudioDuration { get; init; }

    /// <summary>The clip's coded width in pixels, before rotation, which is what the endpoint's limits are about; both sides have the same.</summary>
    public int? Width { get; init; }

    /// <summary>The clip's coded height in pixels, before rotation.</summary>
    public int? Height { get; init; }

    /// <summary><c>Fit</c>: to be sent. <c>Warn</c>: sent, at a risk that is named. <c>Refuse</c>: not sent.</summary>
    public MediaVerdict Verdict { get; init; }

    /// <summary>Why, a plain sentence each, the gravest first. A fit file may have notes here, such as what trimming it would save.</summary>
    public string[] Reasons { get; init; } = [];

    /// <summary>What to do about it, a line each: where it can be one, an <c>ffmpeg</c> line to be pasted.</summary>
    public string[] Remedies { get; init; } = [];

    /// <summary>What the clip costs in USD, by the cautious reading. Null for a sound alone and where the clip could not be read.</summary>
    public decimal? Cost { get; init; }

    /// <summary>What it costs in USD by the shortest reading of its length; less than <see cref="Cost"/> where the readings straddle a step of 5 s.</summary>
    public decimal? LeastCost { get; init; }

    /// <summary>The seconds that <see cref="Cost"/> pays for: the length rolled up to a multiple of 5.</summary>
    public int? BilledSeconds { get; init; }

    /// <summary>Full path of the clip, as it was given; null where none was.</summary>
    public string? VideoPath { get; init; }

    /// <summary>The clip's URL, as it was given; null where none was.</summary>
    public string? VideoUrl { get; init; }

    /// <summary>Full path of the sound, found or given; null where there is none. Where several were given and none could be told, all of them in one text.</summary>
    public string? AudioPath { get; init; }

    /// <summary>The sound's URL, as it was given; null where none was.</summary>
    public string? AudioUrl { get; init; }

    /// <summary>The folder to save into, as it was given.</summary>
    public string? Destination { get; init; }

    /// <summary>The file that would be saved; null where nothing is, or its name holds an id that is yet to be.</summary>
    public string? OutputPath { get; init; }

    /// <summary>What stands for URL inputs in the pair's identity, as it was given.</summary>
    public string? Key { get; init; }

    /// <summary>The user's own mark, as it was given.</summary>
    public string? Tag { get; init; }

    /// <summary>Every finding of the endpoint's rules, with rule, measured value, limit and remedy.</summary>
    public MediaFinding[] Findings { get; init; } = [];

    /// <summary>What the clip says about itself; null where it could not be read, or was not.</summary>
    public MediaFacts? Video { get; init; }

    /// <summary>What the sound says about itself; null where it could not be read, or was not.</summary>
    public MediaFacts? Audio { get; init; }

    /// <summary>Path and verdict.</summary>
    public override string ToString() => $"{Path}: {Verdict}";
}
