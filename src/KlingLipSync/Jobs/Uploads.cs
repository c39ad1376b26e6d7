using System.Collections.Concurrent;
using KlingLipSync.Fal;

namespace KlingLipSync.Jobs;

/// <summary>Brings a run's files to fal: bytes that lie there already are not sent again, and one file is in flight once.</summary>
internal sealed class Uploads(LipSyncSession session, BatchOptions options)
{
    private readonly ConcurrentDictionary<(string Sha256, string Name), Lazy<Task<Uri>>> flights = new();

    /// <param name="path">The file.</param>
    /// <param name="sha256">The hash that the pair was claimed by; other bytes fail before anything is paid.</param>
    /// <param name="starting">Called before the first byte leaves, and not when a living URL is reused.</param>
    /// <param name="sent">Bytes sent so far.</param>
    /// <param name="ct">The batch's token: a flight may be shared by several jobs.</param>
    public async Task<Uri> BringAsync(string path, string sha256, Action starting, IProgress<long> sent, CancellationToken ct)
    {
        var name = Path.GetFileName(path);
        var neededUntil = session.Time.GetUtcNow() + options.StartTimeout + TimeSpan.FromHours(1);
        if (session.Store.LivingUpload(session.Endpoint.Name, session.Account, sha256, name, neededUntil) is { } living)
        {
            return new Uri(living);
        }

        starting();
        var key = (sha256, name);
        var flight = flights.GetOrAdd(key, _ => new(() => SendAsync(path, name, sha256, sent, ct)));
        try
        {
            return await flight.Value.ConfigureAwait(false);
        }
        finally
        {
            // Landed or failed: the next one asks the store, or tries anew.
            flights.TryRemove(new(key, flight));
        }
    }

    /// <summary>Sends a file again although it may lie at fal, so that it gets a URL of its own.</summary>
    public Task<Uri> BringAnewAsync(string path, string sha256, IProgress<long> sent, CancellationToken ct) =>
        SendAsync(path, Path.GetFileName(path), sha256, sent, ct);

    private async Task<Uri> SendAsync(string path, string name, string sha256, IProgress<long> sent, CancellationToken ct)
    {
        FalUpload upload;
        try
        {
            var source = new FalUploadSource(name, MediaInput.ContentTypeOf(path), new FileInfo(path).Length,
                () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan));
            upload = await session.Fal.UploadAsync(source, new FalLifecycle(options.UploadExpiry), sent, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LipSyncException(LipSyncError.FileNotFound, $"'{path}' does not exist any more.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LipSyncException(LipSyncError.FileUnreadable, $"'{path}' cannot be read: {e.Message}", e);
        }

        if (upload.Sha256 != sha256)
        {
            session.Store.ForgetHash(path);
            throw new LipSyncException(LipSyncError.FileChanged, $"'{path}' changed while it was worked on; nothing was submitted.");
        }

        session.Store.WriteUpload(session.Endpoint.Name, session.Account, sha256, name, upload.Url.AbsoluteUri, upload.Bytes,
            session.Time.GetUtcNow() + options.UploadExpiry);
        return upload.Url;
    }
}
