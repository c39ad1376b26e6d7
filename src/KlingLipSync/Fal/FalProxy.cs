using System.Net;

namespace KlingLipSync.Fal;

/// <summary>Which proxy calls go through: the environment's, one that was named, or none. It never shows a password.</summary>
internal sealed class FalProxy
{
    private static readonly string[] Schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    /// <summary>Where SOCKS proxies listen; its schemes have no port that .NET knows.</summary>
    private const int SocksPort = 1080;

    private readonly WebProxy? named;
    private readonly ICredentials? credentials;

    private FalProxy(bool isUsed, WebProxy? named = null, ICredentials? credentials = null)
    {
        IsUsed = isUsed;
        this.named = named;
        this.credentials = credentials;
    }

    /// <summary>What the environment or the system says, as .NET reads it: <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c>, <c>NO_PROXY</c>.</summary>
    public static FalProxy OfEnvironment { get; } = new(isUsed: true);

    /// <summary>No proxy, whatever the environment says.</summary>
    public static FalProxy None { get; } = new(isUsed: false);

    private bool IsUsed { get; }

    /// <summary>The environment's proxy with credentials for when it asks for some and its own URL has none.</summary>
    public static FalProxy OfEnvironmentWith(ICredentials? credentials) => credentials is null ? OfEnvironment : new(isUsed: true, credentials: credentials);

    /// <summary>The proxy at a URL, for all calls that leave this machine.</summary>
    /// <param name="url">Its scheme, host and port; a user and password in it are taken as its credentials, unless others are given.</param>
    /// <param name="credentials">What to answer with when it asks who we are; null for nothing.</param>
    /// <exception cref="LipSyncException"><see cref="LipSyncError.ProxyInvalid"/>.</exception>
    public static FalProxy At(Uri url, ICredentials? credentials)
    {
        if (!url.IsAbsoluteUri || !Schemes.Contains(url.Scheme) || url.Host.Length == 0)
        {
            throw new LipSyncException(LipSyncError.ProxyInvalid, "The proxy is no URL of a scheme that is known: http, https, socks4, socks4a or socks5.");
        }

        // .NET puts a proxy's URL into its messages, so that the password is taken out of it before.
        var bare = new UriBuilder(url.Scheme, url.Host, url.Port < 0 ? SocksPort : url.Port).Uri;
        return new FalProxy(isUsed: true, new WebProxy(bare), credentials ?? Spoken(url.UserInfo));
    }

    /// <summary>Has a handler use it.</summary>
    public void Apply(SocketsHttpHandler handler)
    {
        handler.UseProxy = IsUsed;
        handler.Proxy = named;
        handler.DefaultProxyCredentials = credentials;
    }

    /// <summary>The proxy that a URL is reached through, without user and password; null where it is reached directly.</summary>
    public string? Via(Uri url)
    {
        IWebProxy proxy = named ?? HttpClient.DefaultProxy;
        return IsUsed && !proxy.IsBypassed(url) && proxy.GetProxy(url) is { } via && via != url ? FalRedaction.Address(via) : null;
    }

    private static NetworkCredential? Spoken(string userInfo)
    {
        if (userInfo.Length == 0)
        {
            return null;
        }

        var parts = userInfo.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}
