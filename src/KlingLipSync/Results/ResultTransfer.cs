using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using KlingLipSync.Fal;

namespace KlingLipSync.Results;

/// <summary>One file's way from a URL to a partial file, over as many connections as it takes.</summary>
internal sealed class ResultTransfer(
    Uri url,
    PartialFile partial,
    long? announcedSize,
    FalExchange plain,
    TimeProvider time,
    IProgress<long>? received)
{
    private const long LargestFile = 2L << 30;
    private const int BufferSize = 128 * 1024;

    private RangeConditionHeaderValue? validator;
    private long? total;
    private bool isPuzzled;

    /// <summary>Fetches what is missing. Where it fails with a broken connection, calling it again goes on from there.</summary>
    /// <param name="ct">The caller's token.</param>
    /// <returns>The file's length.</returns>
    public async Task<long> ContinueAsync(CancellationToken ct)
    {
        // Without something to recognise the file by, its second half might be another file's.
        if (partial.Length > 0 && validator is null)
            partial.Restart();

        using var deadline = new FalDeadline(FalRetryRules.For(FalRoute.Download).Deadline, time, ct);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (partial.Length > 0)
        {
            request.Headers.Range = new RangeHeaderValue(partial.Length, null);
            request.Headers.IfRange = validator;
        }
        using var response = await plain.SendForHeadersAsync(FalRoute.Download, request, deadline, ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && partial.Length > 0)
        {
            partial.Restart();
            throw new FalException(FalRoute.Download, FalFailureKind.Broken, $"{Place} does not go on from where it broke: from the start again.");
        }
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
            throw FalFailures.OfFileHost(FalRoute.Download, (int)response.StatusCode, url, FalReply.RetryAfter(response.Headers, time.GetUtcNow()));

        Begin(response);
        await ReceiveAsync(response, deadline, ct).ConfigureAwait(false);
        return partial.Length;
    }

    private string Place => FalRedaction.Address(url);

    private void Begin(HttpResponseMessage response)
    {
        var content = response.Content.Headers;
        var isRest = response.StatusCode == HttpStatusCode.PartialContent;
        if (content.ContentEncoding.Any(e => e != "identity"))
            throw Refused($"came packed ({FalRedaction.Clean(string.Join(", ", content.ContentEncoding), null)}), which was not asked for");
        if (content.ContentType?.MediaType is "text/html" or "application/xhtml+xml" or "application/json" or "text/xml" or "application/xml")
            throw Refused($"is no video but {content.ContentType.MediaType}");
        var whole = isRest ? content.ContentRange?.Length ?? total : content.ContentLength;
        if (whole > LargestFile || announcedSize > LargestFile)
            throw Refused(string.Create(CultureInfo.InvariantCulture, $"is larger than the {LargestFile >> 30} GiB that are taken"));
        if (whole is { } length && announcedSize is { } announced && length != announced)
            throw Refused(string.Create(CultureInfo.InvariantCulture, $"has {length} bytes, and {announced} were announced"));

        if (!isRest)
        {
            partial.Restart(StatedHash.Of(response));
            total = content.ContentLength;
            validator = Validator(response);
        }
        else if (GoesOn(content.ContentRange))
        {
            isPuzzled = false;
            total ??= whole;
        }
        else
        {
            // Once may be a slip of one server of many; what is there is dropped only when it happens again.
            if (isPuzzled)
            {
                partial.Restart();
                validator = null;
            }
            isPuzzled = !isPuzzled;
            throw new FalException(FalRoute.Download, FalFailureKind.Broken, $"{Place} sent another part than was asked for.");
        }
    }

    private bool GoesOn(ContentRangeHeaderValue? range) =>
        range is { Unit: "bytes" } && range.From == partial.Length && (total is null || range.Length is null || range.Length == total);

    private async Task ReceiveAsync(HttpResponseMessage response, FalDeadline deadline, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var isProven = partial.Length > 0;
            var held = 0;
            while (true)
            {
                var n = await ReadAsync(response, buffer.AsMemory(held), deadline, ct).ConfigureAwait(false);
                held += n;
                if (!isProven)
                {
                    if (held < VideoSniff.Length && n > 0)
                        continue;
                    if (!VideoSniff.IsVideo(buffer.AsSpan(0, held)))
                        throw Unfit("does not begin as a video does");
                    isProven = true;
                }
                if (n == 0 && held == 0)
                    break;
                if (partial.Length + held > Math.Min(LargestFile, announcedSize ?? LargestFile))
                    throw Unfit("is longer than announced");

                partial.Append(buffer.AsSpan(0, held));
                held = 0;
                received?.Report(partial.Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (partial.Length != (total ?? partial.Length))
            throw new FalException(FalRoute.Download, FalFailureKind.Broken, string.Create(CultureInfo.InvariantCulture, $"{Place} ended after {partial.Length} of {total} bytes."));
        if (announcedSize is { } announced && partial.Length != announced)
            throw Unfit(string.Create(CultureInfo.InvariantCulture, $"has {partial.Length} bytes, and {announced} were announced"));
        if (!partial.IsAsStated)
            throw Unfit("has other bytes than its host states the hash of");
    }

    private async Task<int> ReadAsync(HttpResponseMessage response, Memory<byte> buffer, FalDeadline deadline, CancellationToken ct)
    {
        try
        {
            var body = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            deadline.PushBack();
            return await body.ReadAsync(buffer, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (FalExchange.IsTransport(fault))
        {
            throw FalFailures.OfTransport(FalRoute.Download, fault, url, deadline, credential: null, ct);
        }
    }

    private static RangeConditionHeaderValue? Validator(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } etag ? new RangeConditionHeaderValue(etag)
        : response.Content.Headers.LastModified is { } modified ? new RangeConditionHeaderValue(modified)
        : null;

    /// <summary>An answer that is not the file. Where a part of the file is there already, it is kept, and the rest is asked for again.</summary>
    private FalException Refused(string what) => partial.Length == 0
        ? Unfit(what)
        : new FalException(FalRoute.Download, FalFailureKind.Broken, $"The rest of the result at {Place} {what}.");

    private FalException Unfit(string what) => new(FalRoute.WholeDownload, FalFailureKind.NotFal, $"The result at {Place} {what}.");
}
