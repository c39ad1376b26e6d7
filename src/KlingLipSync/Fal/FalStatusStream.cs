using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace KlingLipSync.Fal;

/// <summary>The status of a request as fal pushes it.</summary>
internal sealed class FalStatusStream(FalExchange exchange, FalCredential credential, TimeProvider time)
{
    private const long MaxBytes = 16 << 20;

    /// <summary>Each status as it comes; ends when fal closes the stream, which need not mean that the job has ended.</summary>
    /// <exception cref="FalException">The stream cannot be had, or fell apart. Ask for the status instead.</exception>
    public async IAsyncEnumerable<FalStatus> ReadAsync(Uri statusUrl, [EnumeratorCancellation] CancellationToken ct)
    {
        using var deadline = new FalDeadline(FalRetryRules.For(FalRoute.Stream).Deadline, time, ct);
        using var request = new HttpRequestMessage(HttpMethod.Get, StreamUrl(statusUrl));
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        using var response = await OpenAsync(request, deadline, ct).ConfigureAwait(false);

        var body = new FalIdleStream(await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false), deadline, MaxBytes);
        var events = SseParser.Create(body).EnumerateAsync(ct).GetAsyncEnumerator(ct);
        await using (events.ConfigureAwait(false))
        {
            while (true)
            {
                FalStatus? status;
                try
                {
                    if (!await events.MoveNextAsync().ConfigureAwait(false))
                        yield break;
                    status = FalStatusReader.Read(events.Current.Data, exchange.Clock.Now, credential);
                }
                catch (Exception fault) when (FalExchange.IsTransport(fault))
                {
                    ct.ThrowIfCancellationRequested();
                    var cause = deadline.Passed ? $"no byte for {deadline.Limit.TotalSeconds:0} s" : FalRedaction.Clean(fault.Message, credential);
                    throw Broken(cause, FalRedaction.Cause(fault, credential));
                }
                yield return status ?? throw Broken("an event that is no status", null);
            }
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, FalDeadline deadline, CancellationToken ct)
    {
        var response = await exchange.SendForHeadersAsync(FalRoute.Stream, request, deadline, ct).ConfigureAwait(false);
        if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            return response;

        using (response)
        {
            FalReply reply;
            try
            {
                reply = await FalReply.ReadAsync(response, deadline.Token).ConfigureAwait(false);
            }
            catch (Exception fault) when (FalExchange.IsTransport(fault))
            {
                throw FalFailures.OfTransport(FalRoute.Stream, fault, request.RequestUri!, deadline, credential, ct);
            }
            throw reply.IsSuccess
                ? FalFailures.NotFal(FalRoute.Stream, reply, credential, time.GetUtcNow())
                : FalFailures.Of(FalRoute.Stream, reply, credential, time.GetUtcNow());
        }
    }

    private static FalException Broken(string cause, Exception? fault) =>
        new(FalRoute.Stream, FalFailureKind.Broken, $"The status stream fell apart: {cause}.", fault);

    private static Uri StreamUrl(Uri statusUrl)
    {
        var path = statusUrl.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new Uri($"{path}/stream{statusUrl.Query}");
    }
}
