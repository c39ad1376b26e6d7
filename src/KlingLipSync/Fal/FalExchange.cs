namespace KlingLipSync.Fal;

/// <summary>Sends one request and reads its answer, within a deadline. Knows nothing of retries.</summary>
internal sealed class FalExchange(HttpMessageInvoker line, FalCredential? credential, TimeProvider time) : IDisposable
{
    /// <summary>The other side's clock.</summary>
    public FalClock Clock { get; } = new(time);

    /// <summary>Sends a request and reads its whole answer.</summary>
    /// <param name="route">The call.</param>
    /// <param name="request">The request; its URL was checked before.</param>
    /// <param name="deadline">The time for all of it.</param>
    /// <param name="ct">The caller's token.</param>
    public async Task<FalReply> SendAsync(FalRoute route, HttpRequestMessage request, FalDeadline deadline, CancellationToken ct)
    {
        try
        {
            using var response = await SendForHeadersAsync(route, request, deadline, ct).ConfigureAwait(false);
            return await FalReply.ReadAsync(response, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsTransport(fault))
        {
            throw FalFailures.OfTransport(route, fault, request.RequestUri!, deadline, credential, ct);
        }
    }

    /// <summary>Sends a request and leaves the answer's body to the caller.</summary>
    public async Task<HttpResponseMessage> SendForHeadersAsync(FalRoute route, HttpRequestMessage request, FalDeadline deadline, CancellationToken ct)
    {
        if (credential is not null)
        {
            request.Headers.Authorization = credential.Header;
            request.Version = FalHttp.KeyedVersion;
        }
        request.Headers.TryAddWithoutValidation("User-Agent", FalHttp.UserAgent);
        try
        {
            var response = await line.SendAsync(request, deadline.Token).ConfigureAwait(false);
            if (response.Headers.Date is { } date)
                Clock.Hear(date);
            return response;
        }
        catch (Exception fault) when (IsTransport(fault))
        {
            throw FalFailures.OfTransport(route, fault, request.RequestUri!, deadline, credential, ct);
        }
    }

    /// <summary>Whether a fault comes from the network or the deadline, and not from us.</summary>
    public static bool IsTransport(Exception fault) => fault is HttpRequestException or IOException or OperationCanceledException;

    public void Dispose() => line.Dispose();
}
