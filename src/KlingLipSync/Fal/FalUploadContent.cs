using System.Buffers;
using System.Net;
using System.Security.Cryptography;

namespace KlingLipSync.Fal;

/// <summary>A file, or a part of one, on its way up: read through a small buffer, and hashed as it leaves.</summary>
internal sealed class FalUploadContent : HttpContent
{
    private const int BufferSize = 128 * 1024;

    private readonly FalUploadSource source;
    private readonly Action<long> written;

    public FalUploadContent(FalUploadSource source, Action<long> written)
    {
        this.source = source;
        this.written = written;

        // As it was announced, to the letter: the target may be signed for it.
        Headers.TryAddWithoutValidation("Content-Type", source.ContentType);
    }

    /// <summary>Lower-case hex over what was sent last.</summary>
    public string? Sha256 { get; private set; }

    protected override bool TryComputeLength(out long length)
    {
        length = source.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    // May run more than once: the handler itself repeats a request whose pooled connection had died.
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Sha256 = null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var input = FalLocalFile.Open(source);
        await using (input.ConfigureAwait(false))
        {
            try
            {
                var sent = 0L;
                while (sent < source.Length)
                {
                    var wanted = (int)Math.Min(BufferSize, source.Length - sent);
                    var n = await FalLocalFile.ReadAsync(source, input, buffer.AsMemory(0, wanted), sent, cancellationToken).ConfigureAwait(false);
                    hash.AppendData(buffer, 0, n);
                    await stream.WriteAsync(buffer.AsMemory(0, n), cancellationToken).ConfigureAwait(false);
                    sent += n;
                    written(sent);
                }
                Sha256 = Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
