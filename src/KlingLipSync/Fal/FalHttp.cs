using System.Net;

namespace KlingLipSync.Fal;

/// <summary>The three kinds of connections: for the paid request, for calls with the key, and to file hosts without it.</summary>
internal static class FalHttp
{
    /// <summary>Our name and version, as sent with every request.</summary>
    public static readonly string UserAgent = "KlingLipSync/" + (typeof(FalHttp).Assembly.GetName().Version is { } v ? v.ToString(3) : "0.0.0");

    /// <summary>Connections for calls that carry the key. A redirect is never followed: it would carry the key elsewhere.</summary>
    public static HttpMessageInvoker CreateKeyed(FalEndpoint endpoint) => new(Handler(endpoint), disposeHandler: true);

    /// <summary>Connections for the paid request alone. One that has idled is not trusted: the server may have closed it.</summary>
    public static HttpMessageInvoker CreateSubmitting(FalEndpoint endpoint)
    {
        var handler = Handler(endpoint);
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5);
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }

    /// <summary>Connections for the bytes of files, which never carry the key.</summary>
    /// <param name="endpoint">The endpoint they serve.</param>
    /// <param name="followRedirects">For downloads; an upload's bytes go only where its checked URL says.</param>
    public static HttpMessageInvoker CreatePlain(FalEndpoint endpoint, bool followRedirects)
    {
        var handler = Handler(endpoint);
        handler.AllowAutoRedirect = followRedirects;
        handler.MaxAutomaticRedirections = 5;
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }

    private static SocketsHttpHandler Handler(FalEndpoint endpoint) => new()
    {
        // What is on this machine stays on it: a proxy would read the key in plain http.
        UseProxy = !endpoint.IsLoopback,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = FalRetryRules.ConnectDeadline,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 64,
    };
}
