using KlingLipSync.Fal;
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
            var info = FileEntry.Of(path);
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
            var info = FileEntry.Of(path);
            if (store.CachedHash(path, info.Length, info.LastWriteTimeUtc) is { } known)
            {
                return known;
            }

            var digest = await DigestAsync(path, ct).ConfigureAwait(false);
            store.CacheHash(path, info.Length, info.LastWriteTimeUtc, digest.Sha256, digest.Parts);
            return digest.Sha256;
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

    public static async Task<string> ComputeAsync(string path, CancellationToken ct) => (await DigestAsync(path, ct).ConfigureAwait(false)).Sha256;

    private static async Task<FalDigest> DigestAsync(string path, CancellationToken ct)
    {
        using var file = MediaInput.Open(path);
        return await FalDigest.OfAsync(file, ct).ConfigureAwait(false);
    }
}
