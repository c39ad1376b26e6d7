using System.Buffers.Binary;

namespace KlingLipSync.Media.Sound;

/// <summary>Reads MPEG audio: counts its frames, and compares them with what a Xing, Info or VBRI header claims.</summary>
internal sealed class Mp3Reader(ByteWindow bytes, FactsDraft facts)
{
    /// <summary>Beyond this no sound is taken anyway (5 MiB), so that its frames need no counting.</summary>
    public const long MostWalkedBytes = 5 * 1024 * 1024;

    private static readonly TimeSpan Contradictory = TimeSpan.FromSeconds(0.5);

    public void Read()
    {
        facts.AudioTracks = 1;
        long tagEnd = Id3Tags.SkipLeading(bytes);
        if (tagEnd >= bytes.Length)
        {
            facts.Truncated("It is cut off: it ends inside its ID3 tag.");
            return;
        }

        long end = Math.Max(Id3Tags.SkipTrailing(bytes), tagEnd);
        if (FrameSync.Find(bytes, tagEnd, end, out long start) is not { } first)
        {
            throw new MediaFormatException(FreeFormat.Is(bytes, tagEnd)
                ? "It is MP3 in free format, whose frames do not state their size; few readers understand it."
                : "It has an ID3 tag and no sound behind it.");
        }

        facts.AudioCodec = first.Layer switch
        {
            3 => "mp3",
            2 => "mp2",
            _ => "mp1",
        };
        var clock = new Timescale((uint)first.SampleRate);
        (bool hasHeader, uint? claimedFrames) = ReadHeader(start, first);
        TimeSpan? claimed = claimedFrames is { } frames ? clock.ToTimeSpan((UInt128)frames * (uint)first.Samples) : null;

        // The frame that carries the header is silent and not part of the sound.
        long soundStart = hasHeader ? start + first.Length : start;
        TimeSpan? estimated = new Timescale((uint)first.BitsPerSecond).ToTimeSpan((UInt128)(8 * Math.Max(0, end - soundStart)));
        facts.FormatDuration = claimed ?? estimated;
        facts.AudioDuration = facts.FormatDuration;
        if (end - start > MostWalkedBytes)
        {
            return;
        }

        SoundFrame firstSound = SoundFrame.Read(bytes.UpTo(soundStart, SoundFrame.HeaderBytes)) ?? first;
        var walk = new FrameWalk(bytes, firstSound);
        walk.Run(soundStart, end);
        facts.CountedDuration = clock.ToTimeSpan((UInt128)walk.Samples);
        facts.AudioDuration = facts.CountedDuration;
        Compare(walk, claimed);
    }

    private void Compare(FrameWalk walk, TimeSpan? claimed)
    {
        TimeSpan counted = facts.CountedDuration ?? TimeSpan.Zero;
        if (walk.Frames == 0)
        {
            facts.Refuse("It holds no sound.");
        }
        else if (claimed > counted + Contradictory)
        {
            facts.Truncated($"It is cut off, or its header lies: it claims {Wording.Seconds(claimed.Value)} of sound, and {Wording.Seconds(counted)} are there.");
        }
        else if (claimed < counted - Contradictory)
        {
            facts.Refuse($"Its header claims {Wording.Seconds(claimed.Value)} of sound, and {Wording.Seconds(counted)} are there.");
        }
        else if (walk.Missing > 0)
        {
            facts.Note($"Its last frame lacks {Wording.Bytes(walk.Missing)}.");
        }

        if (claimed is null && walk.IsVariable)
        {
            facts.FormatDuration = null;
            facts.Refuse("Its bit rate varies and no header says how long it is; readers that estimate are wrong by many seconds.");
        }

        if (walk.Junk > 0)
        {
            facts.Note($"{Wording.Bytes(walk.Junk)} between or behind its frames are no sound.");
        }
    }

    private (bool HasHeader, uint? Frames) ReadHeader(long start, SoundFrame first)
    {
        if (first.Layer != 3)
        {
            return (false, null);
        }

        // Xing stands behind the side information, VBRI always 32 bytes behind the frame's header.
        int side = first.Version == 1 ? (first.IsMono ? 17 : 32) : (first.IsMono ? 9 : 17);
        ReadOnlySpan<byte> xing = bytes.UpTo(start + 4 + side, 12);
        if (xing.Length == 12 && (xing.StartsWith("Xing"u8) || xing.StartsWith("Info"u8)))
        {
            bool statesFrames = (xing[7] & 1) != 0;
            return (true, statesFrames ? BinaryPrimitives.ReadUInt32BigEndian(xing[8..]) : null);
        }

        ReadOnlySpan<byte> vbri = bytes.UpTo(start + 4 + 32, 18);
        return vbri.Length == 18 && vbri.StartsWith("VBRI"u8)
            ? (true, BinaryPrimitives.ReadUInt32BigEndian(vbri[14..]))
            : (false, null);
    }
}
