namespace KlingLipSync.Media.Sound;

/// <summary>Counts the frames of a stream from header to header.</summary>
internal sealed class FrameWalk(ByteWindow bytes, SoundFrame first)
{
    /// <summary>The samples for each channel in all frames that are wholly there.</summary>
    public long Samples { get; private set; }

    /// <summary>The whole frames.</summary>
    public long Frames { get; private set; }

    /// <summary>The bit rate is not the same in all frames.</summary>
    public bool IsVariable { get; private set; }

    /// <summary>The bytes between frames that belong to none.</summary>
    public long Junk { get; private set; }

    /// <summary>The bytes that the last frame lacks.</summary>
    public long Missing { get; private set; }

    public void Run(long start, long end)
    {
        long offset = start;
        while (offset < end)
        {
            int shown = (int)Math.Min(SoundFrame.HeaderBytes, end - offset);
            if (SoundFrame.Read(bytes.UpTo(offset, shown)) is not { } frame || !frame.GoesWith(first))
            {
                long lost = offset;
                if (FrameSync.Find(bytes, offset, end, out offset) is not { } found || !found.GoesWith(first))
                {
                    Junk += end - lost;
                    return;
                }

                Junk += offset - lost;
                continue;
            }

            if (offset + frame.Length > end)
            {
                Missing = offset + frame.Length - end;
                return;
            }

            IsVariable |= frame.BitsPerSecond != first.BitsPerSecond;
            Samples += frame.Samples;
            Frames++;
            offset += frame.Length;
        }
    }
}
