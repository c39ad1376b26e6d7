namespace KlingLipSync.Media;

/// <summary>A finding before its remedy is known: all remedies of a file are one. The sentence lacks the file's name, which stands before it; the advice says what to do where FFmpeg cannot help.</summary>
internal sealed record Observation(
    MediaSeverity Severity,
    string Rule,
    string Measured,
    string Limit,
    string Sentence,
    Mending Mends = Mending.None,
    string? Advice = null);
