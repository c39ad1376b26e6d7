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
    /// <summary>How long an answer is waited for; fal accepts a request within a second or two.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private const int LongestAnswer = 64 * 1024;

    private readonly FalEndpoint endpoint;
    private readonly FalCredential credential;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker http;

    public FalSubmitter(FalEndpoint endpoint, FalCredential credential, TimeProvider time)
    {
        this.endpoint = endpoint;
        this.credential = credential;
        this.time = time;
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>Sends the request once. It ends by itself within <see cref="Deadline"/> and takes no token: whoever stops
    /// waiting for it must leave it running, so that its receipt is written.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="maySend">The last gate, asked when the connection stands and before a byte of the body leaves.</param>
    public async Task<FalSubmission> SendAsync(FalSubmitRequest request, Func<bool> maySend)
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
        using var deadline = new CancellationTokenSource(Deadline, time);
        FalSubmission? early = null;
        try
        {
            using var response = await http.SendAsync(message, deadline.Token).ConfigureAwait(false);

            // The headers alone can be the receipt: they are read before a body that may never come.
            early = Accepted(response, endpoint, request.EndpointId, HeaderRequestId(response), null);
            var text = await ReadTextAsync(response, deadline.Token).ConfigureAwait(false);
            return Judge(response, text, request) ?? early ?? Unknown($"fal answered {(int)response.StatusCode} without a request id.", response);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return early ?? OfFault(content, e);
        }
    }

    public void Dispose() => http.Dispose();

    private static FalSubmission OfFault(OneShotContent content, Exception e)
    {
        if (content.Asked == 0 || content.WasHeldBack)
        {
            // Name, connection, proxy, TLS, or our own gate: not a byte of the body left, so there was no request.
            return new FalSubmission(FalSubmissionKind.NeverDelivered)
            {
                HeldBack = content.WasHeldBack,
                Reason = content.WasHeldBack ? "The job was no longer this run's to send." : Innermost(e),
            };
        }

        return new FalSubmission(FalSubmissionKind.Unknown)
        {
            Reason = e is OperationCanceledException
                ? $"fal did not answer within {Deadline.TotalSeconds:0} s."
                : $"The connection broke before fal's answer: {Innermost(e)}",
        };
    }

    private FalSubmission? Judge(HttpResponseMessage response, string text, FalSubmitRequest request)
    {
        var status = (int)response.StatusCode;
        var body = FalSubmitReply.TryParse(text);
        if (status is >= 200 and < 300)
        {
            return Accepted(response, endpoint, request.EndpointId, body?.RequestId ?? HeaderRequestId(response), body);
        }

        // A refusal is believed only as fal words it; a gateway's 4xx page may stand before an accepted request.
        var refused = status == 429
            || (status is >= 400 and < 500 and not (408 or 409) && body is { Detail.ValueKind: not JsonValueKind.Undefined });
        if (!refused)
        {
            return null;
        }

        var failure = FalException.FromResponse(response, text);
        return new FalSubmission(FalSubmissionKind.Refused) { Failure = failure, Reason = failure.Detail, Date = response.Headers.Date };
    }

    private static FalSubmission? Accepted(HttpResponseMessage response, FalEndpoint endpoint, string endpointId, string? requestId, FalSubmitReply? body)
    {
        if (!response.IsSuccessStatusCode || !FalRequestId.IsValid(requestId))
        {
            return null;
        }

        var built = FalClient.UrlsFor(endpoint, endpointId, requestId!);
        return new FalSubmission(FalSubmissionKind.Accepted)
        {
            RequestId = requestId,
            StatusUrl = Ours(body?.StatusUrl, built.Status),
            ResponseUrl = Ours(body?.ResponseUrl, built.Response),
            CancelUrl = Ours(body?.CancelUrl, built.Cancel),
            QueuePosition = body?.QueuePosition,
            Date = response.Headers.Date,
        };

        // fal's own URLs are preferred, but the key goes only to hosts we know.
        Uri Ours(string? given, Uri fallback) =>
            Uri.TryCreate(given, UriKind.Absolute, out var url) && endpoint.IsQueueUrl(url) ? url : fallback;
    }

    private static FalSubmission Unknown(string why, HttpResponseMessage response) =>
        new(FalSubmissionKind.Unknown) { Reason = why, Date = response.Headers.Date };

    private static string? HeaderRequestId(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-fal-request-id", out var values) ? values.FirstOrDefault() : null;

    private static async Task<string> ReadTextAsync(HttpResponseMessage response, CancellationToken ct)
    {
        using var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var buffer = new byte[LongestAnswer];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, read);
    }

    private static string Innermost(Exception e) => FalRedaction.Clean(e.GetBaseException().Message, null);

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

            if (!maySend())
            {
                WasHeldBack = true;
                throw new HttpRequestException("The job was no longer this run's to send.");
            }

            await stream.WriteAsync(body).ConfigureAwait(false);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }
}
