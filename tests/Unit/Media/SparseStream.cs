using System.Buffers.Binary;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>A small MP4 whose mdat is blown up with zeros that take no memory; counts what is read.</summary>
internal sealed class SparseStream : Stream
{
    private readonly byte[] _head;
    private readonly byte[] _tail;
    private readonly long _zeros;

    public SparseStream(byte[] file, int mdat, long zeros)
    {
        uint size = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(mdat));
        _head = file[..(mdat + (int)size)];
        BinaryPrimitives.WriteUInt32BigEndian(_head.AsSpan(mdat), (uint)(size + zeros));
        _tail = file[(mdat + (int)size)..];
        _zeros = zeros;
    }

    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _head.Length + _zeros + _tail.Length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int i = 0;
        for (; i < count && Position < Length; i++, Position++)
        {
            long behind = Position - _head.Length - _zeros;
            buffer[offset + i] = Position < _head.Length ? _head[Position] : behind >= 0 ? _tail[behind] : (byte)0;
        }

        BytesRead += i;
        return i;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
