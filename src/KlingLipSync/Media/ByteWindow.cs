using System.Buffers;

namespace KlingLipSync.Media;

/// <summary>
/// The one way to a file's bytes: any stretch by its offset, bounds-checked, through one small reused buffer and under a budget,
/// so that no file, whatever it claims, costs more memory or time than a large honest header.
/// </summary>
internal sealed class ByteWindow(Stream stream) : IDisposable
{
    /// <summary>The most bytes one call can show.</summary>
    public const int Widest = 32 * 1024;

    // After a jump (over picture data, over a table) little of what follows is wanted.
    private const int AfterJump = 4 * 1024;

    private const long Budget = 16 * 1024 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Widest);
    private long _start;
    private int _count;
    private long _spent;

    /// <summary>The file's length in bytes, as it was when reading began.</summary>
    public long Length { get; } = stream.Length;

    /// <summary>Shows <paramref name="count"/> bytes at <paramref name="offset"/>; valid until the next call.</summary>
    public ReadOnlySpan<byte> At(long offset, int count)
    {
        if (offset < 0 || count < 0 || count > Widest || offset > Length - count)
        {
            throw new MediaFormatException("The file ends inside one of its own headers.");
        }

        if (offset < _start || offset + count > _start + _count)
        {
            Fill(offset, count);
        }

        return _buffer.AsSpan((int)(offset - _start), count);
    }

    /// <summary>Shows up to <paramref name="count"/> bytes at <paramref name="offset"/>, fewer at the end of the file.</summary>
    public ReadOnlySpan<byte> UpTo(long offset, int count)
        => offset < 0 || offset >= Length ? [] : At(offset, (int)Math.Min(count, Length - offset));

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Fill(long offset, int count)
    {
        long end = _start + _count;
        bool goesOn = _count > 0 && offset >= _start && offset <= end + AfterJump;
        int wanted = (int)Math.Min(Length - offset, Math.Max(count, goesOn ? Widest : AfterJump));

        // The least charge makes a limit on the number of reads of the limit on bytes.
        _spent += Math.Max(wanted, AfterJump);
        if (_spent > Budget)
        {
            throw new MediaFormatException("The file's headers take more than 16 MB to read.");
        }

        // Forgotten first, so that a stream that throws leaves no stale window behind.
        _count = 0;
        stream.Position = offset;

        // All that is wanted, because a stream that hands out little at a time would make many small windows.
        int got = stream.ReadAtLeast(_buffer.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
        if (got < count)
        {
            throw new MediaFormatException("The file became shorter while it was being read.");
        }

        _start = offset;
        _count = got;
    }
}
