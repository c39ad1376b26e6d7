using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>A file that is not fit, made by FFmpeg, and the rule whose remedy is to mend it.</summary>
/// <param name="Rule">The rule that finds fault.</param>
/// <param name="Name">The file's name; one that is hard on a command line.</param>
/// <param name="Arguments">What FFmpeg makes it of.</param>
internal sealed record RemedyCase(string Rule, string Name, params string[] Arguments)
{
    /// <summary>The file is a sound.</summary>
    public bool IsSound { get; init; }

    /// <summary>The sound's clip lasts so long; the rule is one about pairs.</summary>
    public double? Clip { get; init; }

    /// <summary>What is done to the bytes that FFmpeg made.</summary>
    public Action<byte[]>? Damage { get; init; }

    /// <summary>What is done to the facts, where a real file would be too large.</summary>
    public Func<MediaFacts, MediaFacts> Facts { get; init; } = facts => facts;

    public override string ToString() => $"{Rule} of {Name}";
}
