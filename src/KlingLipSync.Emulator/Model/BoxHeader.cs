using System.Buffers.Binary;

namespace KlingLipSync.Emulator.Model;

/// <summary>One box of an MP4 or MOV: where its body lies and what it is.</summary>
internal readonly record struct BoxHeader(string Type, long Start, long End)
{
    /// <summary>The box at this offset, which may not reach past <paramref name="limit"/>; null for none.</summary>
    public static BoxHeader? Read(Stream stream, long offset, long limit)
    {
        Span<byte> head = stackalloc byte[16];
        if (offset + 8 > limit)
            return null;
        stream.Position = offset;
        var got = stream.ReadAtLeast(head[..(int)Math.Min(16, limit - offset)], 8, throwOnEndOfStream: false);
        if (got < 8)
            return null;
        long size = BinaryPrimitives.ReadUInt32BigEndian(head);
        var body = offset + 8;
        if (size == 1 && got == 16)
        {
            size = BinaryPrimitives.ReadInt64BigEndian(head[8..]);
            body = offset + 16;
        }
        else if (size == 0)
        {
            size = limit - offset;
        }

        return size < body - offset || size > limit - offset
            ? null
            : new BoxHeader(System.Text.Encoding.Latin1.GetString(head.Slice(4, 4)), body, offset + size);
    }

    /// <summary>The first box of this type between two offsets.</summary>
    public static BoxHeader? Find(Stream stream, long start, long end, string type)
    {
        for (var box = Read(stream, start, end); box is { } here; box = Read(stream, here.End, end))
        {
            if (here.Type == type)
                return here;
        }

        return null;
    }
}
