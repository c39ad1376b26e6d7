using System.Buffers;
using System.Security.Cryptography;

namespace KlingLipSync.Emulator.Storage;

/// <summary>A file being written, hashed as the bytes pass; the whole is never in memory.</summary>
internal sealed class HashingFile : IAsyncDisposable
{
    private const int BufferSize = 128 * 1024;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly FileStream file;
    private bool kept;

    public HashingFile(string path)
    {
        Path = path;
        file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
    }

    public string Path { get; }

    public long Length { get; private set; }

    public async Task AppendAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
                await AppendAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        hash.AppendData(bytes.Span);
        await file.WriteAsync(bytes, cancellationToken);
        Length += bytes.Length;
    }

    /// <summary>Closes and keeps the file and tells its hash; without this it is deleted again.</summary>
    public async Task<string> FinishAsync()
    {
        await file.DisposeAsync();
        kept = true;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        hash.Dispose();
        if (!kept)
            File.Delete(Path);
    }
}
