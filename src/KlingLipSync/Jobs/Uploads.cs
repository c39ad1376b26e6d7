using System.Collections.Concurrent;
using KlingLipSync.Fal;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs;

/// <summary>Brings a run's files to fal: bytes that lie there already are not sent again, whatever file they are in, and are in flight once.</summary>
internal sealed class Uploads(LipSyncSession session, BatchOptions options)
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long another process is left to send the same bytes: as long as an upload may be silent. After that it may be stopped, and it costs nothing to send them too.</summary>
    private static readonly TimeSpan LongestTurn = FalRetryRules.For(FalRoute.Upload).Deadline;

    /// <summary>How often a large upload that breaks is taken up, and after which pause.</summary>
    private const int MostRounds = 3;

    private static readonly TimeSpan RoundPause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Content, Lazy<Task<Uri>>> flights = new();

    /// <param name="path">The file.</param>
    /// <param name="sha256">The hash that the pair was claimed by; other bytes fail before anything is paid.</param>
    /// <param name="starting">Called before the first byte leaves, and not when a living URL is reused.</param>
    /// <param name="sent">Bytes sent so far.</param>
    /// <param name="ct">The batch's token: a flight may be shared by several jobs.</param>
    public async Task<Uri> BringAsync(string path, string sha256, Action starting, IProgress<long> sent, CancellationToken ct)
    {
        var content = new Content(sha256, MediaInput.ContentTypeOf(path));
        if (Living(content) is { } living)
        {
            return living;
        }

        starting();
        var own = new Lazy<Task<Uri>>(() => SendInTurnAsync(path, content, sent, ct));
        while (true)
        {
            var flight = flights.GetOrAdd(content, own);
            try
            {
                return await flight.Value.ConfigureAwait(false);
            }
            catch (LipSyncException e) when (flight != own && e.Error is LipSyncError.FileChanged or LipSyncError.FileNotFound or LipSyncError.FileUnreadable)
            {
                // That was another file with the same bytes. This one has them still.
            }
            finally
            {
                // Landed or failed: the next one asks the store, or tries anew.
                flights.TryRemove(new(content, flight));
            }
        }
    }

    /// <summary>Sends a file again although it may lie at fal, so that it gets a URL of its own.</summary>
    public Task<Uri> BringAnewAsync(string path, string sha256, IProgress<long> sent, CancellationToken ct) =>
        SendAsync(path, new Content(sha256, MediaInput.ContentTypeOf(path)), sent, ct);

    private async Task<Uri> SendInTurnAsync(string path, Content content, IProgress<long> sent, CancellationToken ct)
    {
        var waiting = session.Time.GetTimestamp();
        UploadLock? turn;
        while (!UploadLock.TryTake(session.StoreFolder, content.Sha256, out turn) && session.Time.GetElapsedTime(waiting) < LongestTurn)
        {
            await Task.Delay(BusyPause, session.Time, ct).ConfigureAwait(false);
        }

        using (turn)
        {
            // Whoever had the turn before may have sent it.
            return Living(content) ?? await SendAsync(path, content, sent, ct).ConfigureAwait(false);
        }
    }

    private async Task<Uri> SendAsync(string path, Content content, IProgress<long> sent, CancellationToken ct)
    {
        FalUpload upload;
        var (file, name) = (FileEntry.Of(path), Path.GetFileName(path));
        try
        {
            var source = new FalUploadSource(name, content.Type, file.Length, () => MediaInput.Open(path))
            {
                Digest = file.Length > FalStorage.LargestSinglePut ? session.Store.CachedDigest(path, file.Length, file.LastWriteTimeUtc) : null,
            };
            upload = source.Digest is { } known && known.Sha256 != content.Sha256
                ? throw new LipSyncException(LipSyncError.FileChanged, $"{name} changed before it was uploaded.")
                : await PersistAsync(source, sent, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LipSyncException(LipSyncError.FileNotFound, $"'{path}' does not exist any more.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LipSyncException(LipSyncError.FileUnreadable, $"'{path}' cannot be read: {e.Message}", e);
        }
        catch (LipSyncException e) when (e.Error == LipSyncError.FileChanged)
        {
            throw Changed(path, e);
        }

        if (upload.Sha256 != content.Sha256)
        {
            throw Changed(path, null);
        }

        session.Store.WriteUpload(session.Endpoint.Name, session.Account, content.Sha256, content.Type, name, upload.Url.AbsoluteUri, upload.Bytes,
            upload.Since + options.UploadExpiry);
        return upload.Url;
    }

    /// <summary>Uploads a file; where a part or the closing of a large one has failed all its tries, goes on from the parts that arrived.</summary>
    private async Task<FalUpload> PersistAsync(FalUploadSource source, IProgress<long> sent, CancellationToken ct)
    {
        for (var round = 1; ; round++)
        {
            try
            {
                return await session.Fal.UploadAsync(source, new FalLifecycle(options.UploadExpiry), sent, ct).ConfigureAwait(false);
            }
            catch (FalException e) when (e.Route is FalRoute.Part or FalRoute.Complete && FalRetryRules.For(e.Route).Retried.Contains(e.Kind) && round < MostRounds)
            {
                await Task.Delay(RoundPause, session.Time, ct).ConfigureAwait(false);
            }
        }
    }

    private LipSyncException Changed(string path, Exception? inner)
    {
        session.Store.ForgetHash(path);
        return new LipSyncException(LipSyncError.FileChanged, $"'{path}' changed while it was worked on; nothing was submitted.", inner);
    }

    private Uri? Living(Content content) =>
        session.Store.LivingUpload(session.Endpoint.Name, session.Account, content.Sha256, content.Type,
            session.Time.GetUtcNow() + options.StartTimeout + TimeSpan.FromHours(1)) is { } url ? new Uri(url) : null;

    /// <summary>What lies at fal: bytes, and the type that they are served as.</summary>
    private sealed record Content(string Sha256, string Type);
}
