using System.Buffers.Binary;

namespace KlingLipSync.Media.Iso;

/// <summary>One box of an MP4 family file by its place: its type, where its content starts, where it ends (both as file offsets in bytes).</summary>
internal readonly record struct Box(uint Type, long Content, long End)
{
    public string Name => Wording.FourCharacters(Type);

    /// <summary>The bytes of the content.</summary>
    public long Size => End - Content;

    /// <summary>
    /// Reads the header at <paramref name="offset"/>. The end may lie beyond <paramref name="limit"/>: whether that is a truncated file or
    /// a lie is for the caller to say.
    /// </summary>
    public static Box Read(ByteWindow bytes, long offset, long limit)
    {
        ReadOnlySpan<byte> header = bytes.UpTo(offset, 16);
        if (header.Length < 8)
        {
            throw new MediaFormatException("The file ends inside one of its own headers.");
        }

        uint size = BinaryPrimitives.ReadUInt32BigEndian(header);
        uint type = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        switch (size)
        {
            case 0:
                return new Box(type, offset + 8, limit);
            case 1:
                ulong large = header.Length < 16 ? 0 : BinaryPrimitives.ReadUInt64BigEndian(header[8..]);
                return large < 16 ? throw Impossible(type)
                    : new Box(type, offset + 16, large > long.MaxValue - (ulong)offset ? long.MaxValue : offset + (long)large);
            case < 8:
                throw Impossible(type);
            default:
                return new Box(type, offset + 8, offset + size);
        }
    }

    /// <summary>The boxes inside this one, which hold only boxes from <paramref name="skip"/> bytes on.</summary>
    public BoxChildren Children(ByteWindow bytes, int skip = 0) => new(bytes, this, skip);

    /// <summary>Shows <paramref name="count"/> bytes of the content from <paramref name="at"/> on.</summary>
    public ReadOnlySpan<byte> Bytes(ByteWindow bytes, long at, int count)
        => at < 0 || count < 0 || at > Size - count
            ? throw new MediaFormatException($"Its box '{Name}' is too short for what it must hold.")
            : bytes.At(Content + at, count);

    public byte Byte(ByteWindow bytes, long at) => Bytes(bytes, at, 1)[0];

    public ushort UInt16(ByteWindow bytes, long at) => BinaryPrimitives.ReadUInt16BigEndian(Bytes(bytes, at, 2));

    public uint UInt32(ByteWindow bytes, long at) => BinaryPrimitives.ReadUInt32BigEndian(Bytes(bytes, at, 4));

    public ulong UInt64(ByteWindow bytes, long at) => BinaryPrimitives.ReadUInt64BigEndian(Bytes(bytes, at, 8));

    /// <summary>The rows of a table that starts at <paramref name="at"/> with its count; a count that the box cannot hold is a defect.</summary>
    public uint TableCount(ByteWindow bytes, long at, int rowBytes)
    {
        uint count = UInt32(bytes, at);
        return count <= (ulong)(Size - at - 4) / (uint)rowBytes
            ? count
            : throw new MediaFormatException($"Its table '{Name}' claims {count} rows, more than it can hold.");
    }

    private static MediaFormatException Impossible(uint type)
        => new($"Its box '{Wording.FourCharacters(type)}' states an impossible size.");
}
