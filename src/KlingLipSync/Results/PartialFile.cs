using System.Security.Cryptography;

namespace KlingLipSync.Results;

/// <summary>A file under way: what is on disk and its hash, always of the same bytes.</summary>
internal sealed class PartialFile : IDisposable
{
    private readonly FileStream file;
    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private IncrementalHash? md5;
    private StatedHash? stated;

    // Not asynchronous: on Unix that is the same write on another thread, and it goes to memory until it is flushed.
    public PartialFile(string path) => file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);

    /// <summary>How much is there.</summary>
    public long Length { get; private set; }

    /// <summary>Whether what is there has the hash that its host stated, as far as it stated one.</summary>
    public bool IsAsStated => stated is null || (stated.Algorithm == HashAlgorithmName.MD5 ? md5 : sha256)?.GetCurrentHash().AsSpan().SequenceEqual(stated.Value) != false;

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        file.Write(bytes);
        sha256.AppendData(bytes);
        md5?.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>Drops all that is there.</summary>
    /// <param name="next">What the host states of the file that comes now.</param>
    public void Restart(StatedHash? next = null)
    {
        if (Length > 0)
        {
            file.SetLength(0);
            file.Position = 0;
            _ = sha256.GetHashAndReset();
            Length = 0;
        }
        md5?.Dispose();
        md5 = next?.Algorithm == HashAlgorithmName.MD5 ? TryMd5() : null;
        stated = next;
    }

    /// <summary>Brings the bytes to the disk itself and closes the file.</summary>
    /// <returns>Lower-case hex over all of it.</returns>
    public string Close()
    {
        file.Flush(flushToDisk: true);
        file.Dispose();
        return Convert.ToHexString(sha256.GetHashAndReset()).ToLowerInvariant();
    }

    public void Dispose()
    {
        file.Dispose();
        sha256.Dispose();
        md5?.Dispose();
    }

    private static IncrementalHash? TryMd5()
    {
        try
        {
            return IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // A system whose rules forbid it. The file is paid for: it is taken by its length, as if nothing had been stated.
            return null;
        }
    }
}
