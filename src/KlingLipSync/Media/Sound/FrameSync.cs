namespace KlingLipSync.Media.Sound;

/// <summary>Finds where frames begin: three headers in a row that fit each other, because a single one occurs in any noise.</summary>
internal static class FrameSync
{
    /// <summary>The most bytes of junk that are searched for the next frame.</summary>
    public const int Reach = 64 * 1024;

    private const int InARow = 3;

    /// <summary>The first frame at or after <paramref name="start"/>, or <see langword="null"/>.</summary>
    public static SoundFrame? Find(ByteWindow bytes, long start, long end) => Find(bytes, start, end, out _);

    /// <summary>The first frame at or after <paramref name="start"/> and its offset, or <see langword="null"/>.</summary>
    public static SoundFrame? Find(ByteWindow bytes, long start, long end, out long at)
    {
        long last = Math.Min(end - SoundFrame.HeaderBytes, start + Reach);
        for (at = start; at <= last;)
        {
            ReadOnlySpan<byte> junk = bytes.UpTo(at, (int)Math.Min(ByteWindow.Widest / 2, last - at + 1));
            int next = junk.IndexOf((byte)0xFF);
            if (next < 0)
            {
                at += junk.Length;
                continue;
            }

            at += next;
            if (InRow(bytes, at, end) is { } frame)
            {
                return frame;
            }

            at++;
        }

        return null;
    }

    private static SoundFrame? InRow(ByteWindow bytes, long offset, long end)
    {
        SoundFrame? first = null;
        for (int i = 0; i < InARow; i++)
        {
            if (SoundFrame.Read(bytes.UpTo(offset, (int)Math.Clamp(end - offset, 0, SoundFrame.HeaderBytes))) is not { } frame
                || (first is { } known && !known.GoesWith(frame)))
            {
                return null;
            }

            first ??= frame;
            offset += frame.Length;
        }

        return first;
    }
}
