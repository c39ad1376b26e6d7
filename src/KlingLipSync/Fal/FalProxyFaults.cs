namespace KlingLipSync.Fal;

/// <summary>
/// Says of a connection that did not come up that it was the one to the proxy, which .NET tells by an address alone; and of a
/// proxy's refusal no password, which .NET shows with the proxy's URL.
/// </summary>
/// <param name="line">The connections.</param>
/// <param name="proxy">Their proxy.</param>
internal sealed class FalProxyFaults(HttpMessageHandler line, FalProxy proxy) : DelegatingHandler(line)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            && proxy.Via(request.RequestUri!) is { } via)
        {
            throw new HttpRequestException(e.HttpRequestError, $"the proxy {via} does not answer. {e.GetBaseException().Message}");
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ProxyTunnelError)
        {
            // Without the one before, which has the URL as it was written.
            var words = e.StatusCode is { } status ? $"the proxy {proxy.Via(request.RequestUri!)} answers {(int)status}" : FalRedaction.Clean(e.Message, null);
            throw new HttpRequestException(e.HttpRequestError, words, inner: null, e.StatusCode);
        }
    }
}
