using System.Buffers.Binary;

namespace KlingLipSync.Media.Iso;

/// <summary>Reads one <c>trak</c>: its header, edits, clock, kind, codec and table of frame durations.</summary>
internal sealed class TrackReader(ByteWindow bytes, Track track)
{
    public void Read(Box trak)
    {
        foreach (Box box in trak.Children(bytes))
        {
            switch (box.Type)
            {
                case FourCc.Tkhd:
                    ReadHeader(box);
                    break;
                case FourCc.Edts:
                    if (box.Children(bytes).First(FourCc.Elst) is { } elst)
                    {
                        ReadEdits(elst);
                    }

                    break;
                case FourCc.Mdia:
                    ReadMedia(box);
                    break;
            }
        }
    }

    private void ReadHeader(Box tkhd)
    {
        bool wide = tkhd.Byte(bytes, 0) == 1;
        track.Id = tkhd.UInt32(bytes, wide ? 20 : 12);
        int matrix = wide ? 52 : 40;

        // 16.16 fixed point: the picture's x axis is (a, b), its y axis (c, d).
        int a = (int)tkhd.UInt32(bytes, matrix);
        int b = (int)tkhd.UInt32(bytes, matrix + 4);
        int c = (int)tkhd.UInt32(bytes, matrix + 12);
        int d = (int)tkhd.UInt32(bytes, matrix + 16);
        track.HeaderSize = (tkhd.UInt32(bytes, matrix + 36) >> 16, tkhd.UInt32(bytes, matrix + 40) >> 16);
        track.IsMirrored = ((long)a * d) - ((long)b * c) < 0;

        // A matrix of zeros (seen in the wild) turns nothing. A mirrored picture's turn is read off its y axis, which the mirror leaves alone.
        double turn = track.IsMirrored ? Math.Atan2(-c, d) : Math.Atan2(b, a);
        track.Rotation = (((int)Math.Round(turn * 180 / Math.PI) % 360) + 360) % 360;
    }

    private void ReadEdits(Box elst)
    {
        bool wide = elst.Byte(bytes, 0) == 1;
        int row = wide ? 20 : 12;
        uint count = elst.TableCount(bytes, 4, row);
        for (uint i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> edit = elst.Bytes(bytes, 8 + ((long)i * row), row);
            ulong units = wide ? BinaryPrimitives.ReadUInt64BigEndian(edit) : BinaryPrimitives.ReadUInt32BigEndian(edit);
            bool isEmpty = wide ? BinaryPrimitives.ReadInt64BigEndian(edit[8..]) == -1 : BinaryPrimitives.ReadInt32BigEndian(edit[4..]) == -1;
            track.EditUnits += units;
            track.PlayedUnits += isEmpty ? 0 : units;
        }

        // Fragmented files write edits of no length, which speak of the start only.
        track.HasEdits = track.PlayedUnits > 0;
    }

    private void ReadMedia(Box mdia)
    {
        Box? information = null;
        foreach (Box box in mdia.Children(bytes))
        {
            switch (box.Type)
            {
                case FourCc.Mdhd:
                    (uint unitsPerSecond, track.StatedUnits) = TimeHeader.Read(bytes, box);
                    track.Clock = new Timescale(unitsPerSecond);
                    break;
                case FourCc.Hdlr:
                    track.Handler = box.UInt32(bytes, 8);
                    break;
                case FourCc.Minf:
                    information = box;
                    break;
            }
        }

        // Last, because what a sample description means depends on the handler, which may stand after it.
        if (information is { } minf && minf.Children(bytes).First(FourCc.Stbl) is { } stbl)
        {
            ReadSampleTable(stbl);
        }
    }

    private void ReadSampleTable(Box stbl)
    {
        foreach (Box box in stbl.Children(bytes))
        {
            switch (box.Type)
            {
                case FourCc.Stsd:
                    new SampleDescriptionReader(bytes, track).Read(box);
                    break;
                case FourCc.Stts:
                    ReadFrameDurations(box);
                    break;
                case FourCc.Stco when box.TableCount(bytes, 4, 4) is > 0 and var chunks:
                    track.LastChunk = box.UInt32(bytes, 8 + (4 * (long)(chunks - 1)));
                    break;
                case FourCc.Co64 when box.TableCount(bytes, 4, 8) is > 0 and var chunks:
                    track.LastChunk = box.UInt64(bytes, 8 + (8 * (long)(chunks - 1)));
                    break;
            }
        }
    }

    private void ReadFrameDurations(Box stts)
    {
        uint rows = stts.TableCount(bytes, 4, 8);
        for (uint i = 0; i < rows; i++)
        {
            ReadOnlySpan<byte> row = stts.Bytes(bytes, 8 + ((long)i * 8), 8);
            uint frames = BinaryPrimitives.ReadUInt32BigEndian(row);
            uint units = BinaryPrimitives.ReadUInt32BigEndian(row[4..]);
            track.Frames += frames;
            track.FrameUnits += (UInt128)frames * units;
        }
    }
}
