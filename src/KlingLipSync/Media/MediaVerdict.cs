namespace KlingLipSync.Media;

/// <summary>What the findings on a file come to.</summary>
public enum MediaVerdict
{
    /// <summary>The endpoint takes the file, as far as its page tells.</summary>
    Fit,

    /// <summary>The endpoint may refuse the file.</summary>
    Warn,

    /// <summary>The endpoint does not take the file.</summary>
    Refuse,
}
