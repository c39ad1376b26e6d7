namespace KlingLipSync.Results;

/// <summary>Tells an MP4 or MOV file from a page or an error by its first bytes.</summary>
internal static class VideoSniff
{
    /// <summary>How many bytes it takes.</summary>
    public const int Length = 12;

    /// <summary>Whether a file that begins like this can be a video.</summary>
    public static bool IsVideo(ReadOnlySpan<byte> start)
    {
        if (start.Length < Length)
            return false;
        var type = start.Slice(4, 4);
        return type.SequenceEqual("ftyp"u8)
            || type.SequenceEqual("moov"u8)
            || type.SequenceEqual("mdat"u8)
            || type.SequenceEqual("wide"u8)
            || type.SequenceEqual("free"u8)
            || type.SequenceEqual("skip"u8)
            || type.SequenceEqual("styp"u8);
    }
}
