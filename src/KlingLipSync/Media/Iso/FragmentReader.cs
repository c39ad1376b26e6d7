using System.Buffers.Binary;

namespace KlingLipSync.Media.Iso;

/// <summary>Reads one <c>moof</c>: how long its frames last and where they start.</summary>
internal sealed class FragmentReader(ByteWindow bytes, Movie movie)
{
    // Flags of tfhd and trun (ISO/IEC 14496-12, 8.8.7 and 8.8.8).
    private const uint HasBaseOffset = 0x1;
    private const uint HasDescriptionIndex = 0x2;
    private const uint HasDefaultDuration = 0x8;
    private const uint HasDataOffset = 0x1;
    private const uint HasFirstFlags = 0x4;
    private const uint HasDuration = 0x100;
    private const uint HasSize = 0x200;
    private const uint HasFlags = 0x400;
    private const uint HasDelay = 0x800;

    public void Read(Box moof)
    {
        foreach (Box box in moof.Children(bytes))
        {
            if (box.Type == FourCc.Traf)
            {
                ReadTrack(box);
            }
        }
    }

    private void ReadTrack(Box traf)
    {
        Track? track = null;
        uint defaultUnits = 0;
        foreach (Box box in traf.Children(bytes))
        {
            switch (box.Type)
            {
                case FourCc.Tfhd:
                    uint flags = box.UInt32(bytes, 0) & 0xFFFFFF;
                    track = movie.TrackOf(box.UInt32(bytes, 4));
                    int at = 8 + ((flags & HasBaseOffset) != 0 ? 8 : 0) + ((flags & HasDescriptionIndex) != 0 ? 4 : 0);
                    defaultUnits = (flags & HasDefaultDuration) != 0 ? box.UInt32(bytes, at) : track?.DefaultFrameUnits ?? 0;
                    break;
                case FourCc.Tfdt when track is not null:
                    track.FragmentEnd = box.Byte(bytes, 0) == 1 ? box.UInt64(bytes, 4) : box.UInt32(bytes, 4);
                    break;
                case FourCc.Trun when track is not null:
                    ReadRun(box, track, defaultUnits);
                    break;
            }
        }
    }

    private void ReadRun(Box trun, Track track, uint defaultUnits)
    {
        uint flags = trun.UInt32(bytes, 0) & 0xFFFFFF;
        uint frames = trun.UInt32(bytes, 4);
        int first = 8 + ((flags & HasDataOffset) != 0 ? 4 : 0) + ((flags & HasFirstFlags) != 0 ? 4 : 0);
        int row = 4 * System.Numerics.BitOperations.PopCount(flags & (HasDuration | HasSize | HasFlags | HasDelay));
        if (row > 0 && (trun.Size < first || frames > (ulong)(trun.Size - first) / (uint)row))
        {
            throw new MediaFormatException($"Its table 'trun' claims {frames} rows, more than it can hold.");
        }

        UInt128 units = 0;
        if ((flags & HasDuration) == 0)
        {
            units = (UInt128)frames * defaultUnits;
        }
        else
        {
            for (uint i = 0; i < frames; i++)
            {
                units += trun.UInt32(bytes, first + ((long)i * row));
            }
        }

        if (!track.HasFragments && frames > 0)
        {
            track.FirstFragmentStart = track.FragmentEnd;
            int delay = (flags & HasDelay) != 0 ? BinaryPrimitives.ReadInt32BigEndian(trun.Bytes(bytes, first + row - 4, 4)) : 0;
            track.FirstFrameDelay = delay > 0 ? (uint)delay : 0;
        }

        track.HasFragments |= frames > 0;
        track.Frames += frames;
        track.FrameUnits += units;
        track.FragmentEnd += units;
        track.LastFragmentEnd = UInt128.Max(track.LastFragmentEnd, track.FragmentEnd);
    }
}
