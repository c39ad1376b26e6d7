using System.Net;
using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>
/// Sends the one request that costs money, at most once, and says what is certain about it afterwards.
/// </summary>
/// <remarks>
/// It has a handler of its own because .NET repeats some requests by itself: bodiless ones on a stale connection,
/// HTTP/2 ones after GOAWAY, redirected and authenticated ones. HTTP/1.1 exactly, no redirects, cookies, credentials
/// or Expect, short-lived idle connections, and a content that gives its bytes once. No retry policy is ever put around it.
/// </remarks>
internal sealed class FalSubmitter : IDisposable
{
    private readonly FalEndpoint endpoint;
    private readonly FalCredential credential;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker http;

    public FalSubmitter(FalEndpoint endpoint, FalCredential credential, TimeProvider time, Func<Uri, Uri?>? backup = null)
    {
        this.endpoint = endpoint;
        this.credential = credential;
        this.time = time;
        http = FalHttp.CreateSubmitting(endpoint, backup);
    }

    /// <summary>Sends the request once. It ends by itself within its deadline and takes no token of a user's: whoever stops
    /// waiting for it must leave it running, so that its receipt is written.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="maySend">The last gate, asked when the connection stands and before a byte of the body leaves.</param>
    /// <param name="leaving">Cancelled when the process ends and cannot wait for the answer: what came of the request is then unknown.</param>
    public async Task<FalSubmission> SendAsync(FalSubmitRequest request, Func<bool> maySend, CancellationToken leaving = default)
    {
        var content = new OneShotContent(request.Body(), maySend);
        using var message = new HttpRequestMessage(HttpMethod.Post, request.Url(endpoint))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        message.Headers.Authorization = credential.Header;
        message.Headers.ExpectContinue = false;
        request.AddHeaders(message.Headers);
        using var deadline = new FalDeadline(request.Deadline, time, leaving);
        FalSubmission? early = null;
        try
        {
            using var response = await http.SendAsync(message, deadline.Token).ConfigureAwait(false);

            // The headers alone can be the receipt: they are read before a body that may never come.
            early = response.IsSuccessStatusCode ? Accepted(HeaderRequestId(response), null, request) : null;
            var reply = await FalReply.ReadAsync(response, deadline.Token).ConfigureAwait(false);
            return Judge(reply, request) ?? early ?? new FalSubmission(FalSubmissionKind.Unknown)
            {
                Reason = $"The endpoint answered {reply.Status}, which neither accepts nor refuses.",
            };
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException || content.WasHeldBack)
        {
            return early ?? OfFault(content, e, deadline, message.RequestUri!);
        }
    }

    public void Dispose() => http.Dispose();

    private FalSubmission OfFault(OneShotContent content, Exception e, FalDeadline deadline, Uri url)
    {
        if (content.Asked == 0 || content.WasHeldBack)
        {
            // Name, connection, proxy, TLS, or our own gate: not a byte of the body left, so there was no request.
            return new FalSubmission(FalSubmissionKind.NeverDelivered)
            {
                HeldBack = content.WasHeldBack,
                Failure = content.WasHeldBack ? null : FalFailures.RefusalOfProxy(FalRoute.Submit, e, url),
                Reason = content.WasHeldBack ? $"It was kept back: {Innermost(e)}" : Innermost(e),
            };
        }

        return new FalSubmission(FalSubmissionKind.Unknown)
        {
            Reason = e switch
            {
                OperationCanceledException when deadline.Passed => $"fal did not answer within {deadline.Limit.TotalSeconds:0} s.",
                OperationCanceledException => "The process ended before fal's answer.",
                _ => $"The connection broke before fal's answer: {Innermost(e)}",
            },
        };
    }

    private FalSubmission? Judge(FalReply reply, FalSubmitRequest request)
    {
        if (request.IsBlocking && (reply.IsSuccess || FalRunAnswer.IsOfRun(reply)))
        {
            return Accepted(reply.RequestId ?? FalJson.Text(reply.Json, "request_id"), reply.Json, request) is { } run
                ? run with { Result = FalRunAnswer.Result(reply, credential) }
                : null;
        }

        if (reply.IsSuccess)
        {
            return Accepted(FalJson.Text(reply.Json, "request_id") ?? reply.RequestId, reply.Json, request);
        }

        // A refusal is believed only as fal words it; a gateway's 4xx page may stand before an accepted request.
        var refused = reply.Status == 429
            || (reply.Status is >= 400 and < 500 and not (408 or 409) && FalJson.Field(reply.Json, "detail") is not null);
        if (!refused)
        {
            return null;
        }

        var failure = FalFailures.Of(FalRoute.Submit, reply, credential, time.GetUtcNow());
        return new FalSubmission(FalSubmissionKind.Refused) { Failure = failure, Reason = failure.Detail };
    }

    private FalSubmission? Accepted(string? requestId, JsonElement? body, FalSubmitRequest request)
    {
        if (!FalRequestId.IsValid(requestId))
        {
            return null;
        }

        var built = FalClient.UrlsFor(endpoint, request.EndpointId, requestId!);
        return new FalSubmission(FalSubmissionKind.Accepted)
        {
            RequestId = requestId,
            StatusUrl = Ours("status_url", built.Status),
            ResponseUrl = Ours("response_url", built.Response),
            CancelUrl = Ours("cancel_url", built.Cancel),
        };

        // fal's own URLs are preferred, but the key goes only to hosts we know.
        Uri Ours(string name, Uri fallback) =>
            Uri.TryCreate(FalJson.Text(body, name), UriKind.Absolute, out var url) && endpoint.IsQueueUrl(url) ? url : fallback;
    }

    private static string? HeaderRequestId(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-fal-request-id", out var values) ? values.FirstOrDefault() : null;

    private string Innermost(Exception e) => FalRedaction.Sentence(e.GetBaseException().Message, credential);

    /// <summary>Gives its bytes once. A handler that asks again gets an exception instead of a second paid request.</summary>
    private sealed class OneShotContent : HttpContent
    {
        private readonly byte[] body;
        private readonly Func<bool> maySend;
        private int asked;

        public OneShotContent(byte[] body, Func<bool> maySend)
        {
            this.body = body;
            this.maySend = maySend;
            Headers.ContentType = new("application/json");
        }

        public int Asked => Volatile.Read(ref asked);

        public bool WasHeldBack { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            if (Interlocked.Increment(ref asked) > 1)
            {
                throw new HttpRequestException("A paid request is never sent twice.");
            }

            // Held back until the gate has said yes: if the gate itself fails, nothing has left either.
            WasHeldBack = true;
            if (!maySend())
            {
                throw new HttpRequestException("The last gate kept it back.");
            }

            WasHeldBack = false;

            await stream.WriteAsync(body).ConfigureAwait(false);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }
}
