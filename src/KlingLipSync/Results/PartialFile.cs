using System.Security.Cryptography;

namespace KlingLipSync.Results;

/// <summary>A file under way: what is on disk and its hash, always of the same bytes.</summary>
internal sealed class PartialFile : IDisposable
{
    private readonly FileStream file;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public PartialFile(string path)
    {
        file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: true);
    }

    /// <summary>How much is there.</summary>
    public long Length { get; private set; }

    /// <summary>Adds bytes.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await file.WriteAsync(bytes, ct).ConfigureAwait(false);
        hash.AppendData(bytes.Span);
        Length += bytes.Length;
    }

    /// <summary>Drops all that is there.</summary>
    public void Restart()
    {
        file.SetLength(0);
        file.Position = 0;
        _ = hash.GetHashAndReset();
        Length = 0;
    }

    /// <summary>Brings the bytes to the disk itself and closes the file.</summary>
    /// <returns>Lower-case hex over all of it.</returns>
    public string Close()
    {
        file.Flush(flushToDisk: true);
        file.Dispose();
        return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }

    public void Dispose()
    {
        file.Dispose();
        hash.Dispose();
    }
}
