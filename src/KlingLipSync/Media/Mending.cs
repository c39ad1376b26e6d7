namespace KlingLipSync.Media;

/// <summary>What an FFmpeg line has to do to a file.</summary>
[Flags]
internal enum Mending
{
    None = 0,

    /// <summary>Put into another container, the streams as they are.</summary>
    Rewrap = 1,

    /// <summary>Encode anew.</summary>
    Encode = 2,

    /// <summary>Cut to the longest the endpoint takes.</summary>
    Shorten = 4,

    /// <summary>Hold the last picture, or silence, to the shortest the endpoint takes.</summary>
    Lengthen = 8,

    /// <summary>Scale into the sides the endpoint takes.</summary>
    Resize = 16,

    /// <summary>Encode with fewer bits.</summary>
    Shrink = 32,

    /// <summary>Cut to the price step below.</summary>
    ShortenToStep = 64,

    /// <summary>Leave out the clip's own sound, which the endpoint replaces anyway.</summary>
    DropSound = 128,
}
