namespace KlingLipSync.Media;

/// <summary>Something odd in a file's structure, seen while its facts were read.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Text">One plain sentence that stands without the file's name.</param>
public sealed record MediaProblem(MediaSeverity Severity, string Text);
