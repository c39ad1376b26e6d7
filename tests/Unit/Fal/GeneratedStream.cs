namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>A file of any size that takes no memory: the bytes follow from their place.</summary>
internal sealed class GeneratedStream(long length) : Stream
{
    // Its length is prime, so that no two parts of a file are equal.
    private static readonly byte[] Pattern = MakePattern();

    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        var n = (int)Math.Min(buffer.Length, length - position);
        for (var done = 0; done < n;)
        {
            var from = (int)((position + done) % Pattern.Length);
            var count = Math.Min(n - done, Pattern.Length - from);
            Pattern.AsSpan(from, count).CopyTo(buffer[done..]);
            done += count;
        }

        position += n;
        return n;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] MakePattern()
    {
        var pattern = new byte[1_048_573];
        new Random(1).NextBytes(pattern);
        return pattern;
    }
}
