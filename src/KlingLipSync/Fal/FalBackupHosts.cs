namespace KlingLipSync.Fal;

/// <summary>Sends a request to a backup host, once, where no connection to its own host came up.</summary>
/// <remarks>
/// Only a name that is not found, a connection that is not taken and one that does not come up in time, its TLS included, lead there: then
/// not a byte of the request has left. A fault after that, and any HTTP status, is the answer: the request may have been taken. TLS that is
/// refused is no outage, and behind a proxy every failure to connect is the proxy's. (.NET itself may have tried a request without a body on an idle
/// connection before; what has no body here may be repeated. One with a body is not sent again once it has begun.)
/// </remarks>
/// <param name="line">The connections.</param>
/// <param name="backup">The URL to use instead of one, if there is one.</param>
/// <param name="isProxied">Whether a URL is reached through a proxy.</param>
internal sealed class FalBackupHosts(HttpMessageHandler line, Func<Uri, Uri?> backup, Func<Uri, bool> isProxied) : DelegatingHandler(line)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var primary = request.RequestUri!;
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception unreachable) when (NeverConnected(unreachable) && !isProxied(primary) && backup(primary) is { } other)
        {
            cancellationToken.ThrowIfCancellationRequested();
            request.RequestUri = other;
            try
            {
                return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception alsoUnreachable) when (NeverConnected(alsoUnreachable))
            {
                request.RequestUri = primary;
            }
            throw;
        }
    }

    private static bool NeverConnected(Exception fault) => fault switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError } => true,

        // How the handler tells that its own limit for connecting has passed. A deadline of ours has no such cause.
        OperationCanceledException { InnerException: TimeoutException } => true,
        _ => false,
    };
}
