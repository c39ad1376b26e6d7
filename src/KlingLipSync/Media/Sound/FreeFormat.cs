using System.Buffers.Binary;

namespace KlingLipSync.Media.Sound;

/// <summary>Recognises MPEG audio in free format: frames whose headers state no bit rate, so that only their even distance tells their size.</summary>
internal static class FreeFormat
{
    private const int InARow = 4;

    // The largest frame at the highest free bit rate decoders take (640 kbit/s, 32 kHz) has 2880 bytes.
    private const int Farthest = 4096;

    // All but the padding, private, channel extension and emphasis bits, which may change from frame to frame.
    private const uint Lasting = 0xFFFEFCC0;

    /// <summary>Does a free-format frame stand at <paramref name="start"/>, and as many as needed to be sure behind it?</summary>
    public static bool Is(ByteWindow bytes, long start)
    {
        ReadOnlySpan<byte> head = bytes.UpTo(start, InARow * Farthest);
        if (head.Length < 4 || !IsHeader(BinaryPrimitives.ReadUInt32BigEndian(head)))
        {
            return false;
        }

        uint header = BinaryPrimitives.ReadUInt32BigEndian(head) & Lasting;
        for (int distance = 24; distance <= Math.Min(Farthest, head.Length - 4); distance++)
        {
            if (IsRow(head, header, distance))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRow(ReadOnlySpan<byte> head, uint header, int distance)
    {
        int at = 0;
        for (int i = 1; i < InARow; i++)
        {
            // A padded frame is one byte longer (four in layer 1, which nobody uses so).
            at += distance;
            at += Matches(head, header, at) ? 0 : 1;
            if (!Matches(head, header, at))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Matches(ReadOnlySpan<byte> head, uint header, int at)
        => head.Length >= at + 4 && (BinaryPrimitives.ReadUInt32BigEndian(head[at..]) & Lasting) == header;

    // Sync, a version and a layer that exist, bit rate index 0, a sample rate that exists.
    private static bool IsHeader(uint header)
        => header >> 21 == 0x7FF && ((header >> 19) & 3) != 1 && ((header >> 17) & 3) != 0 && ((header >> 12) & 0xF) == 0 && ((header >> 10) & 3) != 3;
}
