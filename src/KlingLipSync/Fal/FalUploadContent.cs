using System.Buffers;
using System.Net;
using System.Security.Cryptography;

namespace KlingLipSync.Fal;

/// <summary>A file, or a part of one, on its way up: read through a small buffer, and hashed as it leaves.</summary>
internal sealed class FalUploadContent : HttpContent
{
    private const int BufferSize = 128 * 1024;

    private readonly FalUploadSource source;
    private readonly long offset;
    private readonly long length;
    private readonly Action<long> written;

    /// <param name="source">The file.</param>
    /// <param name="offset">Where in it the part begins.</param>
    /// <param name="length">How long the part is.</param>
    /// <param name="written">Told how much of the part has left.</param>
    public FalUploadContent(FalUploadSource source, long offset, long length, Action<long> written)
    {
        this.source = source;
        this.offset = offset;
        this.length = length;
        this.written = written;

        // As it was announced, to the letter: the target may be signed for it.
        Headers.TryAddWithoutValidation("Content-Type", source.ContentType);
    }

    /// <summary>Lower-case hex over what was sent last.</summary>
    public string? Sha256 { get; private set; }

    protected override bool TryComputeLength(out long length)
    {
        length = this.length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    // May run more than once: the handler itself repeats a request whose pooled connection had died.
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Sha256 = null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var input = FalLocalFile.Open(source, offset);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferSize, length));
        try
        {
            for (var sent = 0L; sent < length;)
            {
                var n = (int)Math.Min(buffer.Length, length - sent);
                FalLocalFile.Read(source, input, buffer.AsSpan(0, n), offset + sent);
                hash.AppendData(buffer, 0, n);
                await stream.WriteAsync(buffer.AsMemory(0, n), cancellationToken).ConfigureAwait(false);
                sent += n;
                written(sent);
            }
            Sha256 = FalDigest.Hex(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
