namespace KlingLipSync.Fal;

/// <summary>Sends a file's bytes, or a part of them, to the URL that fal gave for them.</summary>
internal sealed class FalFilePut(FalExchange plain, TimeProvider time)
{
    /// <summary>One try of it.</summary>
    /// <param name="route">Whether it is all of the file or a part.</param>
    /// <param name="url">Where to.</param>
    /// <param name="source">The file.</param>
    /// <param name="offset">Where in it the bytes begin.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="sent">Told how many of them have left.</param>
    /// <param name="ct">The caller's token.</param>
    /// <returns>The host's tag, if it gave one, and the lower-case hex SHA-256 over what was sent.</returns>
    public async Task<(string? ETag, string Sha256)> SendAsync(FalRoute route, Uri url, FalUploadSource source, long offset, long length, Action<long> sent, CancellationToken ct)
    {
        using var deadline = new FalDeadline(FalRetryRules.For(route).Deadline, time, ct);
        using var request = new HttpRequestMessage(HttpMethod.Put, url);
        using var content = new FalUploadContent(source, offset, length, written =>
        {
            deadline.PushBack();
            sent(written);
        });
        request.Content = content;
        using var response = await plain.SendForHeadersAsync(route, request, deadline, ct).ConfigureAwait(false);
        var reply = await ReadAsync(route, response, url, deadline, ct).ConfigureAwait(false);
        if (!reply.IsSuccess)
            throw FalFailures.OfFileHost(route, reply.Status, url, reply.RetryAfter(time.GetUtcNow()));
        if (reply.IsHtml)
            throw FalFailures.WebPage(route, url);
        if (content.Sha256 is not { } sha256)
            throw new FalException(route, FalFailureKind.Broken, $"{FalRedaction.Address(url)} answered before it had the whole file.");

        var etag = FalJson.Text(reply.Json, "etag") ?? response.Headers.ETag?.ToString();
        return (string.IsNullOrEmpty(etag) ? null : etag, sha256);
    }

    private static async Task<FalReply> ReadAsync(FalRoute route, HttpResponseMessage response, Uri url, FalDeadline deadline, CancellationToken ct)
    {
        try
        {
            return await FalReply.ReadAsync(response, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (FalExchange.IsTransport(fault))
        {
            throw FalFailures.OfTransport(route, fault, url, deadline, credential: null, ct);
        }
    }
}
