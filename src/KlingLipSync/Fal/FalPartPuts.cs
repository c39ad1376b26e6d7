using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>Sends the parts of large files that are missing at their targets, a few at a time, and closes the uploads.</summary>
internal sealed class FalPartPuts(FalExchange plain, FalRetries retries, TimeProvider time)
{
    /// <summary>Parts of one file under way at a time: more gained nothing where it was measured (bench/results/transfer.md).</summary>
    internal const int AtOnce = 4;

    private readonly FalFilePut put = new(plain, time);

    /// <summary>Brings an upload to its end. Where it fails, calling it again sends what is missing then.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="source">Its file.</param>
    /// <param name="sent">Told how many bytes have left or lie there.</param>
    /// <param name="ct">The caller's token.</param>
    /// <exception cref="FalException">A part or the closing failed all its tries. Of the route <see cref="FalRoute.Upload"/> where the target is used up.</exception>
    public async Task FinishAsync(FalPartedUpload upload, FalUploadSource source, IProgress<long>? sent, CancellationToken ct)
    {
        var progress = new Progress(sent, upload.Arrived);
        var missing = new ConcurrentQueue<int>(upload.Missing);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, missing.Count)).Select(_ => SendAsync(upload, source, missing, progress, ct))).ConfigureAwait(false);
            await CloseAsync(upload, ct).ConfigureAwait(false);
        }
        catch (FalException spent) when (FalRetryRules.IsSpentLink(spent.Kind))
        {
            // A target that is used up is a failure of the whole upload, which starts again with a new one.
            throw new FalException(FalRoute.Upload, spent.Kind, spent.Detail, spent) { Status = spent.Status, RetryAfter = spent.RetryAfter };
        }
    }

    private async Task SendAsync(FalPartedUpload upload, FalUploadSource source, ConcurrentQueue<int> missing, Progress progress, CancellationToken ct)
    {
        try
        {
            while (missing.TryDequeue(out var number))
            {
                ct.ThrowIfCancellationRequested();
                upload.Keep(await SendAsync(upload, source, number, progress, ct).ConfigureAwait(false));
            }
        }
        catch
        {
            // No further part is begun. Those under way may arrive, and need not be sent again then.
            missing.Clear();
            throw;
        }
    }

    private async Task<FalPartTag> SendAsync(FalPartedUpload upload, FalUploadSource source, int number, Progress progress, CancellationToken ct)
    {
        var url = Below(upload.Target.Upload, number.ToString(CultureInfo.InvariantCulture));
        var part = progress.OfPart();
        var (etag, sha256) = await retries.RunAsync(
            FalRoute.Part,
            token => put.SendAsync(FalRoute.Part, url, source, FalPartedUpload.OffsetOf(number), upload.LengthOf(number), part, token),
            ct).ConfigureAwait(false);
        if (sha256 != upload.Sha256Of(number))
            throw new LipSyncException(LipSyncError.FileChanged, $"{source.FileName} changed while it was uploaded.");
        return new FalPartTag(number, etag ?? throw new FalException(
            FalRoute.Part,
            FalFailureKind.NotFal,
            $"{FalRedaction.Address(url)} took a part of the file and gave no tag for it."));
    }

    private async Task CloseAsync(FalPartedUpload upload, CancellationToken ct)
    {
        var url = Below(upload.Target.Upload, "complete");
        var body = JsonSerializer.SerializeToUtf8Bytes(new FalCompleteBody(upload.Tags), FalBodies.Default.FalCompleteBody);
        await retries.RunAsync(
            FalRoute.Complete,
            async token =>
            {
                using var deadline = new FalDeadline(FalRetryRules.For(FalRoute.Complete).Deadline, time, token);
                using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = FalBodies.Content(body) };
                var reply = await plain.SendAsync(FalRoute.Complete, request, deadline, token).ConfigureAwait(false);
                if (reply.IsHtml && reply.IsSuccess)
                    throw FalFailures.WebPage(FalRoute.Complete, url);
                return reply.IsSuccess
                    ? reply
                    : throw FalFailures.OfFileHost(FalRoute.Complete, reply.Status, url, reply.RetryAfter(time.GetUtcNow()));
            },
            ct).ConfigureAwait(false);
    }

    // The signature is in the query, and must stay behind the longer path.
    private static Uri Below(Uri upload, string segment) =>
        new($"{upload.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{segment}{upload.Query}");

    /// <summary>One count over parts that leave side by side; a part that is sent again takes back what its broken try had counted.</summary>
    private sealed class Progress(IProgress<long>? sent, long arrived)
    {
        private long total = arrived;

        public Action<long> OfPart()
        {
            var before = 0L;
            return now =>
            {
                var sum = Interlocked.Add(ref total, now - before);
                before = now;
                sent?.Report(sum);
            };
        }
    }
}
