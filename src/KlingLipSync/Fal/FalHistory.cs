using System.Globalization;
using System.Runtime.CompilerServices;

namespace KlingLipSync.Fal;

/// <summary>The platform's list of finished requests. Requests that still run may be missing there.</summary>
internal sealed class FalHistory(FalEndpoint endpoint, FalCredential credential, FalExchange keyed, FalRetries retries, TimeProvider time)
{
    internal const int MostPages = 2000;

    /// <summary>Items asked for at once: fewer where the payloads make an answer too long.</summary>
    private static readonly int[] Limits = [100, 50, 25, 10];

    /// <summary>Every page since a time. Only a pass that ends without an exception has seen them all.</summary>
    /// <exception cref="FalException">A page could not be had or is not of fal's shape, or the pages do not end: what was not seen by then is not proven absent.</exception>
    public async IAsyncEnumerable<FalHistoryPage> ReadAsync(string endpointId, DateTimeOffset start, [EnumeratorCancellation] CancellationToken ct)
    {
        var query = Query(endpointId, start);
        var seen = new HashSet<string>();
        string? cursor = null;
        var size = 0;
        for (var pages = 1; ; pages++)
        {
            (var page, var next, var hasMore, size) = await ReadPageAsync(query, cursor, size, ct).ConfigureAwait(false);
            yield return page;

            if (next is null && !hasMore)
                yield break;
            if (next is null)
                throw Endless("tells of more pages and not how to get them");
            if (!seen.Add(next))
                throw Endless("leads back to a page that was read");
            if (pages == MostPages)
                throw Endless($"has more than {MostPages} pages");
            cursor = next;
        }
    }

    /// <summary>One request by its id; nothing if the history does not have it.</summary>
    /// <exception cref="FalException">The history does not answer, or answers without regard to the id.</exception>
    public async Task<FalHistoryItem?> FindAsync(string endpointId, string requestId, DateTimeOffset start, CancellationToken ct)
    {
        var query = $"{Query(endpointId, start)}&request_id={Uri.EscapeDataString(requestId)}";
        var (page, next, hasMore, _) = await ReadPageAsync(query, cursor: null, size: 0, ct).ConfigureAwait(false);
        if (page.Items.FirstOrDefault(item => item.RequestId == requestId) is { } item)
            return item;

        // More pages than one for a single id: the filter was not heeded, so absence proves nothing.
        return hasMore || next is not null ? throw Endless("was asked for one request and lists others") : null;
    }

    private async Task<(FalHistoryPage Page, string? Cursor, bool HasMore, int Size)> ReadPageAsync(string query, string? cursor, int size, CancellationToken ct)
    {
        while (true)
        {
            var url = Url(query, cursor, Limits[size]);
            var reply = await retries.RunAsync(FalRoute.History, token => AskAsync(url, token), ct).ConfigureAwait(false);
            if (reply.IsTooLong && size < Limits.Length - 1)
            {
                size++;
                continue;
            }

            var (page, next, hasMore) = FalHistoryReader.Read(reply, credential) ?? throw FalFailures.NotFal(FalRoute.History, reply, credential, time.GetUtcNow());
            return (page, next, hasMore, size);
        }
    }

    private async Task<FalReply> AskAsync(Uri url, CancellationToken ct)
    {
        using var deadline = new FalDeadline(FalRetryRules.For(FalRoute.History).Deadline, time, ct);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var reply = await keyed.SendAsync(FalRoute.History, request, deadline, ct).ConfigureAwait(false);
        return reply.IsSuccess ? reply : throw FalFailures.Of(FalRoute.History, reply, credential, time.GetUtcNow());
    }

    private Uri Url(string query, string? cursor, int limit)
    {
        var page = cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor);
        return new Uri(endpoint.Api, string.Create(CultureInfo.InvariantCulture, $"models/requests/by-endpoint?{query}&expand=payloads&limit={limit}{page}"));
    }

    private static string Query(string endpointId, DateTimeOffset start) => string.Create(
        CultureInfo.InvariantCulture,
        $"endpoint_id={Uri.EscapeDataString(endpointId)}&start={start.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}Z");

    private static FalException Endless(string how) => new(FalRoute.History, FalFailureKind.NotFal, $"fal's history {how}: what it does not show is not proven absent.");
}
