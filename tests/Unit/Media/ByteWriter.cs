using System.Buffers.Binary;
using System.Text;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>Writes numbers and marks as media files hold them.</summary>
public sealed class ByteWriter
{
    private readonly MemoryStream _bytes = new();

    public int Length => (int)_bytes.Length;

    public byte[] ToArray() => _bytes.ToArray();

    public ByteWriter Bytes(params ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public ByteWriter Zeros(int count) => Bytes(new byte[count]);

    public ByteWriter Text(string text) => Bytes(Encoding.Latin1.GetBytes(text));

    public ByteWriter Big16(int value) => Bytes((byte)(value >> 8), (byte)value);

    public ByteWriter Big32(uint value)
    {
        Span<byte> span = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(span, value);
        return Bytes(span);
    }

    public ByteWriter Big64(ulong value) => Big32((uint)(value >> 32)).Big32((uint)value);

    public ByteWriter Little16(int value) => Bytes((byte)value, (byte)(value >> 8));

    public ByteWriter Little32(uint value)
    {
        Span<byte> span = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(span, value);
        return Bytes(span);
    }

    public ByteWriter Little64(ulong value) => Little32((uint)value).Little32((uint)(value >> 32));

    /// <summary>A box around <paramref name="parts"/>.</summary>
    public static byte[] Box(string type, params byte[][] parts)
    {
        var box = new ByteWriter().Big32((uint)(8 + parts.Sum(part => part.Length))).Text(type);
        foreach (byte[] part in parts)
        {
            box.Bytes(part);
        }

        return box.ToArray();
    }
}
