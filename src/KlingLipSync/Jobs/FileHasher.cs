using System.Buffers;
using System.Security.Cryptography;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs;

/// <summary>SHA-256 of a file's bytes, remembered while its size and time of change stay the same.</summary>
internal sealed class FileHasher(JobStore store)
{
    /// <summary>The hash, if it is known without reading the file.</summary>
    public string? KnownHash(string path)
    {
        try
        {
            var info = new FileInfo(path);
            return info.Exists ? store.CachedHash(path, info.Length, info.LastWriteTimeUtc) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public async Task<string> HashAsync(string path, CancellationToken ct)
    {
        try
        {
            var info = new FileInfo(path);
            if (store.CachedHash(path, info.Length, info.LastWriteTimeUtc) is { } known)
            {
                return known;
            }

            var hash = await ComputeAsync(path, ct).ConfigureAwait(false);
            store.CacheHash(path, info.Length, info.LastWriteTimeUtc, hash);
            return hash;
        }
        catch (FileNotFoundException e)
        {
            throw new LipSyncException(LipSyncError.FileNotFound, $"'{path}' does not exist any more.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LipSyncException(LipSyncError.FileUnreadable, $"'{path}' cannot be read: {e.Message}", e);
        }
    }

    public static async Task<string> ComputeAsync(string path, CancellationToken ct)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            for (int read; (read = await file.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }
}
