using System.Net;
using System.Net.Sockets;

namespace KlingLipSync.Fal;

/// <summary>The three kinds of connections: for the paid request, for calls with the key, and to file hosts without it.</summary>
internal static class FalHttp
{
    /// <summary>Our name and version, as sent with every request.</summary>
    public static readonly string UserAgent = "KlingLipSync/" + (typeof(FalHttp).Assembly.GetName().Version is { } v ? v.ToString(3) : "0.0.0");

    /// <summary>The protocol of calls that carry the key, or a lower one where the server has no better.</summary>
    /// <remarks>
    /// Many small calls at once are faster over one HTTP/2 connection and take less than half of the processor, and a stream of states
    /// does not keep a connection to itself. Bytes of files go over pooled HTTP/1.1 connections, the way up and the way down: there
    /// HTTP/2 takes more of both (bench/results/transfer.md). The paid request is HTTP/1.1 exactly.
    /// </remarks>
    public static readonly Version KeyedVersion = HttpVersion.Version20;

    /// <summary>Connections for calls that carry the key. A redirect is never followed: it would carry the key elsewhere.</summary>
    /// <param name="endpoint">The endpoint they serve.</param>
    /// <param name="backup">The URL to use where that of a request cannot be connected to; by default the endpoint's own.</param>
    public static HttpMessageInvoker CreateKeyed(FalEndpoint endpoint, Func<Uri, Uri?>? backup = null) => BackedUp(Handler(endpoint), endpoint, backup);

    /// <summary>Connections for the paid request alone. One that has idled is not trusted: the server may have closed it.</summary>
    /// <param name="endpoint">The endpoint they serve.</param>
    /// <param name="backup">As with <see cref="CreateKeyed"/>: the request that could not be connected was not sent, and so may go there.</param>
    public static HttpMessageInvoker CreateSubmitting(FalEndpoint endpoint, Func<Uri, Uri?>? backup = null)
    {
        var handler = Handler(endpoint);
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5);
        handler.ConnectCallback = ConnectAliveAsync;
        return BackedUp(handler, endpoint, backup);
    }

    /// <summary>Connections for the bytes of files, which never carry the key.</summary>
    /// <param name="endpoint">The endpoint they serve.</param>
    /// <param name="followRedirects">For downloads; an upload's bytes go only where its checked URL says.</param>
    public static HttpMessageInvoker CreatePlain(FalEndpoint endpoint, bool followRedirects)
    {
        var handler = Handler(endpoint);
        handler.AllowAutoRedirect = followRedirects;
        handler.MaxAutomaticRedirections = 5;
        return new HttpMessageInvoker(Told(handler, endpoint), disposeHandler: true);
    }

    private static HttpMessageInvoker BackedUp(SocketsHttpHandler handler, FalEndpoint endpoint, Func<Uri, Uri?>? backup)
    {
        if ((backup ?? (endpoint.HasBackups ? FalEndpoint.BackupOf : null)) is not { } of)
            return new HttpMessageInvoker(Told(handler, endpoint), disposeHandler: true);
        handler.ConnectTimeout = FalRetryRules.BackedUpConnectDeadline;
        return new HttpMessageInvoker(new FalBackupHosts(Told(handler, endpoint), of, url => Via(endpoint, url) is not null), disposeHandler: true);
    }

    private static HttpMessageHandler Told(SocketsHttpHandler handler, FalEndpoint endpoint) =>
        endpoint.IsLoopback ? handler : new FalProxyFaults(handler, endpoint.Proxy);

    private static string? Via(FalEndpoint endpoint, Uri url) => url.IsLoopback ? null : endpoint.Proxy.Via(url);

    /// <summary>The connection as .NET makes it, with probes of TCP: a blocking call is silent for minutes, which routers on the way cut, and a line that died is noticed.</summary>
    private static async ValueTask<Stream> ConnectAliveAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Options last: on Unix before .NET 10, a socket that has any cannot be connected by a name.
            await socket.ConnectAsync(context.DnsEndPoint, ct).ConfigureAwait(false);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.NoDelay = true;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SocketsHttpHandler Handler(FalEndpoint endpoint)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = FalRetryRules.ConnectDeadline,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 64,

            // A server allows so many streams a connection; the next ones would wait for their turn.
            EnableMultipleHttp2Connections = true,
        };

        // What is on this machine stays on it: a proxy would read the key in plain http.
        (endpoint.IsLoopback ? FalProxy.None : endpoint.Proxy).Apply(handler);
        return handler;
    }
}
