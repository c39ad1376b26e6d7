namespace KlingLipSync.Media.Sound;

/// <summary>Reads AAC in ADTS frames, which state no length at all: their number is the only honest one.</summary>
internal sealed class AdtsReader(ByteWindow bytes, FactsDraft facts)
{
    public void Read()
    {
        facts.AudioTracks = 1;
        facts.AudioCodec = "aac";
        long end = Id3Tags.SkipTrailing(bytes);
        if (FrameSync.Find(bytes, Id3Tags.SkipLeading(bytes), end, out long start) is not { } first)
        {
            throw new MediaFormatException("It holds no sound.");
        }

        if (end - start > Mp3Reader.MostWalkedBytes)
        {
            return;
        }

        var walk = new FrameWalk(bytes, first);
        walk.Run(start, end);
        facts.CountedDuration = new Timescale((uint)first.SampleRate).ToTimeSpan((UInt128)walk.Samples);
        facts.AudioDuration = facts.CountedDuration;
        if (walk.Frames == 0)
        {
            facts.Refuse("It holds no sound.");
        }
        else if (walk.Missing > 0)
        {
            facts.Truncated($"It is cut off: its last frame lacks {Wording.Bytes(walk.Missing)}.");
        }

        if (walk.Junk > 0)
        {
            facts.Note($"{Wording.Bytes(walk.Junk)} between or behind its frames are no sound.");
        }
    }
}
