using System.Text.Json;

namespace KlingLipSync.Fal;

/// <summary>fal's queue, storage and request history for one key. Nothing here costs money.</summary>
internal sealed class FalClient : IDisposable
{
    private readonly TimeProvider time;
    private readonly FalExchange keyed;
    private readonly FalExchange plain;
    private readonly FalRetries retries;
    private readonly FalStorage storage;
    private readonly FalStatusStream stream;
    private readonly FalHistory history;
    private readonly FalPayloads payloads;

    public FalClient(FalEndpoint endpoint, FalCredential credential, TimeProvider? time = null, Func<double>? random = null)
    {
        this.time = time ?? TimeProvider.System;
        Endpoint = endpoint;
        Credential = credential;
        keyed = new FalExchange(FalHttp.CreateKeyed(endpoint), credential, this.time);
        plain = new FalExchange(FalHttp.CreatePlain(endpoint, followRedirects: false), credential: null, this.time);
        retries = new FalRetries(this.time, random);
        storage = new FalStorage(endpoint, credential, keyed, plain, retries, this.time);
        stream = new FalStatusStream(keyed, credential, this.time);
        history = new FalHistory(endpoint, credential, keyed, retries, this.time);
        payloads = new FalPayloads(endpoint, credential, keyed, retries, this.time);
    }

    public FalEndpoint Endpoint { get; }

    public FalCredential Credential { get; }

    /// <summary>fal's clock, as its answers show it.</summary>
    public FalClock Clock => keyed.Clock;

    /// <summary>A request's URLs, where fal's own were not kept. Only the app's part of the endpoint id stays in them.</summary>
    public static (Uri Status, Uri Response, Uri Cancel) UrlsFor(FalEndpoint e, string endpointId, string requestId)
    {
        if (!FalRequestId.IsValid(requestId))
            throw new ArgumentException("The request id has characters that no URL of fal has.", nameof(requestId));
        var segments = endpointId.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var app = string.Join('/', segments.Take(segments[0] is "workflows" or "comfy" ? 3 : 2).Select(Uri.EscapeDataString));
        var request = $"{app}/requests/{requestId}";
        return (new Uri(e.Queue, request + "/status"), new Uri(e.Queue, request), new Uri(e.Queue, request + "/cancel"));
    }

    /// <summary>Proves the key by asking for a request nobody has: unknown means the key is known.</summary>
    /// <exception cref="LipSyncException">The key is rejected or locked, or the endpoint does not answer as fal.</exception>
    public async Task ProveKeyAsync(string endpointId, CancellationToken ct)
    {
        var url = UrlsFor(Endpoint, endpointId, Guid.NewGuid().ToString()).Status;
        try
        {
            await retries.RunAsync(FalRoute.Probe, async token =>
            {
                var reply = await SendAsync(FalRoute.Probe, HttpMethod.Get, url, token).ConfigureAwait(false);
                var isKnown = FalJson.Text(reply.Json, "status") == "NOT_FOUND" || (reply.Json is not null && reply.IsMarkedByFal);
                return reply.Status == 404 && isKnown ? reply : throw Failure(FalRoute.Probe, reply, isFal: reply.Status != 404);
            }, ct).ConfigureAwait(false);
        }
        catch (FalException failure)
        {
            throw failure.ToLipSync();
        }
    }

    /// <summary>Uploads a file.</summary>
    public Task<FalUpload> UploadAsync(FalUploadSource source, FalLifecycle? lifecycle, IProgress<long>? sent, CancellationToken ct) =>
        storage.UploadAsync(source, lifecycle, sent, ct);

    /// <summary>Asks for a request's status. No failure of this call ends a job.</summary>
    public Task<FalStatus> GetStatusAsync(Uri statusUrl, CancellationToken ct) => GetStatusAsync(FalRoute.Status, statusUrl, ct);

    /// <summary>The same, asked once: whoever calls it looks again by himself.</summary>
    public Task<FalStatus> PollStatusAsync(Uri statusUrl, CancellationToken ct) => GetStatusAsync(FalRoute.Poll, statusUrl, ct);

    /// <summary>A status URL, of the poll or the stream, that asks for the runner's log as well.</summary>
    public static Uri WithLog(Uri statusUrl) =>
        new UriBuilder(statusUrl) { Query = statusUrl.Query.Length > 1 ? statusUrl.Query[1..] + "&logs=1" : "logs=1" }.Uri;

    /// <summary>A request's status as fal pushes it; ends when fal closes the stream.</summary>
    public IAsyncEnumerable<FalStatus> StreamStatusAsync(Uri statusUrl, CancellationToken ct)
    {
        RequireQueueUrl(FalRoute.Stream, "status URL", statusUrl);
        return stream.ReadAsync(statusUrl, ct);
    }

    /// <summary>Asks for a request's result: what may end the job, whatever its HTTP status, or nothing while it goes on.</summary>
    /// <exception cref="FalException">The answer says nothing about the job.</exception>
    public async Task<FalResult?> GetResultAsync(Uri responseUrl, CancellationToken ct)
    {
        RequireQueueUrl(FalRoute.Result, "response URL", responseUrl);
        return await retries.RunAsync(FalRoute.Result, async token =>
        {
            var reply = await SendAsync(FalRoute.Result, HttpMethod.Get, responseUrl, token).ConfigureAwait(false);
            if (FalResultReader.IsStillInProgress(reply))
                return null;
            return FalResultReader.Read(reply, Credential) ?? throw Failure(FalRoute.Result, reply);
        }, ct).ConfigureAwait(false);
    }

    /// <summary>Asks fal to cancel a request.</summary>
    public async Task<FalCancelOutcome> CancelAsync(Uri cancelUrl, CancellationToken ct)
    {
        RequireQueueUrl(FalRoute.Cancel, "cancel URL", cancelUrl);
        return await retries.RunAsync(FalRoute.Cancel, async token =>
        {
            var reply = await SendAsync(FalRoute.Cancel, HttpMethod.Put, cancelUrl, token).ConfigureAwait(false);
            return (reply.Status, FalJson.Text(reply.Json, "status")) switch
            {
                ( >= 200 and < 300, "CANCELLATION_REQUESTED") or (202, not null) => FalCancelOutcome.Requested,
                (200, "OK") => FalCancelOutcome.Removed,
                (200, null) when FalJson.Field(reply.Json, "success") is { } success =>
                    success.ValueKind == JsonValueKind.True ? FalCancelOutcome.Removed : FalCancelOutcome.Unknown,
                (400, "ALREADY_COMPLETED") => FalCancelOutcome.TooLate,
                (404, _) when reply.Json is not null => FalCancelOutcome.Unknown,
                _ => throw Failure(FalRoute.Cancel, reply),
            };
        }, ct).ConfigureAwait(false);
    }

    /// <summary>Every page of the platform's history since a time. Only a pass that ends without an exception has seen them all.</summary>
    /// <exception cref="FalException">A page could not be had or is not of fal's shape: what was not seen by then is not proven absent.</exception>
    public IAsyncEnumerable<FalHistoryPage> ReadHistoryAsync(string endpointId, DateTimeOffset start, CancellationToken ct) =>
        history.ReadAsync(endpointId, start, ct);

    /// <summary>A request as the platform's history has it; nothing if it has not. Running requests may be missing there.</summary>
    /// <exception cref="FalException">The history does not answer, or answers without regard to the id.</exception>
    public Task<FalHistoryItem?> FindInHistoryAsync(string endpointId, string requestId, DateTimeOffset start, CancellationToken ct) =>
        history.FindAsync(endpointId, requestId, start, ct);

    /// <summary>Deletes what the platform keeps of an ended request: its JSON and its output file, not the uploaded inputs. It takes an ADMIN key.</summary>
    /// <remarks>Done as well where the platform says, in its own words, that it has no such request.</remarks>
    /// <exception cref="FalException">It is not deleted, or not all of it.</exception>
    public Task<bool> DeletePayloadsAsync(string requestId, CancellationToken ct) => payloads.DeleteAsync(requestId, ct);

    public void Dispose()
    {
        keyed.Dispose();
        plain.Dispose();
    }

    private async Task<FalStatus> GetStatusAsync(FalRoute route, Uri statusUrl, CancellationToken ct)
    {
        RequireQueueUrl(route, "status URL", statusUrl);
        return await retries.RunAsync(route, async token =>
        {
            var reply = await SendAsync(route, HttpMethod.Get, statusUrl, token).ConfigureAwait(false);
            var status = reply.IsSuccess ? FalStatusReader.Read(reply.Json, reply.Date, Credential) : null;
            return status ?? throw Failure(route, reply);
        }, ct).ConfigureAwait(false);
    }

    private async Task<FalReply> SendAsync(FalRoute route, HttpMethod method, Uri url, CancellationToken ct)
    {
        using var deadline = new FalDeadline(FalRetryRules.For(route).Deadline, time, ct);
        using var request = new HttpRequestMessage(method, url);
        return await keyed.SendAsync(route, request, deadline, ct).ConfigureAwait(false);
    }

    private FalException Failure(FalRoute route, FalReply reply, bool isFal = true) => isFal && !reply.IsSuccess
        ? FalFailures.Of(route, reply, Credential, time.GetUtcNow())
        : FalFailures.NotFal(route, reply, Credential, time.GetUtcNow());

    private void RequireQueueUrl(FalRoute route, string what, Uri url)
    {
        if (!Endpoint.IsQueueUrl(url))
            throw FalFailures.ForeignUrl(route, what, url);
    }
}
