namespace KlingLipSync.Fal;

/// <summary>The hosts a client talks to: fal's own, or one base URL that stands for all of them.</summary>
/// <remarks>A custom base serves fal's hosts under <c>/queue</c>, <c>/run</c>, <c>/rest</c>, <c>/cdn</c> and <c>/api</c>.</remarks>
public sealed class FalEndpoint
{
    private const string RealRunHost = "fal.run";
    private const string RealQueueHost = "queue.fal.run";
    private const string BackupRunHost = "falrun.com";
    private const string BackupQueueHost = "queue.falrun.com";

    private readonly bool custom;

    private FalEndpoint(string name, bool custom, Uri queue, Uri run, Uri rest, Uri cdn, Uri api)
    {
        Name = name;
        this.custom = custom;
        Queue = queue;
        Run = run;
        Rest = rest;
        Cdn = cdn;
        Api = api;
    }

    /// <summary><c>fal</c> for the real hosts, else the base URL without its trailing slash, or the host names in use.</summary>
    public string Name { get; }

    /// <summary>Whether the endpoint is on this machine.</summary>
    public bool IsLoopback => Queue.IsLoopback;

    /// <summary>How it is reached. What is on this machine never takes a proxy: that would read the key in plain http.</summary>
    internal FalProxy Proxy { get; private init; } = FalProxy.OfEnvironment;

    /// <summary>Whether one base URL stands for all hosts; fal itself is never behind such a one on this machine, but may be behind a host that was replaced.</summary>
    internal bool IsCustom => custom;

    /// <summary>The proxy that the queue is reached through, without user and password; null where it is reached directly.</summary>
    internal string? ProxyInUse => IsLoopback ? null : Proxy.Via(Queue);

    /// <summary>The queue's base, ending in a slash.</summary>
    internal Uri Queue { get; }

    /// <summary>The synchronous host's base, ending in a slash.</summary>
    internal Uri Run { get; }

    /// <summary>The storage service's base, ending in a slash.</summary>
    internal Uri Rest { get; }

    /// <summary>The file host's base, ending in a slash.</summary>
    internal Uri Cdn { get; }

    /// <summary>The platform API's base, version included, ending in a slash.</summary>
    internal Uri Api { get; }

    /// <summary>Reads a custom base URL.</summary>
    /// <param name="url">An https URL, or an http URL of this machine, without query and user.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="LipSyncException"><see cref="LipSyncError.EndpointInvalid"/>.</exception>
    public static FalEndpoint Parse(string url)
    {
        var text = url?.Trim() ?? "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.Host.Length == 0)
            throw Invalid("The endpoint is no http or https URL.");
        if (uri.UserInfo.Length > 0)
            throw Invalid($"The endpoint {FalRedaction.Address(uri)} carries a user or password.");
        if (text.Contains('?', StringComparison.Ordinal) || text.Contains('#', StringComparison.Ordinal))
            throw Invalid($"The endpoint {FalRedaction.Address(uri)} carries a query or fragment.");
        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback)
            throw Invalid($"The endpoint {FalRedaction.Address(uri)} is plain http off this machine: the key would travel readable.");

        var name = uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new FalEndpoint(
            name,
            custom: true,
            new Uri(name + "/queue/"),
            new Uri(name + "/run/"),
            new Uri(name + "/rest/"),
            new Uri(name + "/cdn/"),
            new Uri(name + "/api/v1/"));
    }

    /// <summary>fal's own hosts, with the two host names the environment may replace.</summary>
    /// <param name="runHost">A host name in place of <c>fal.run</c>, or nothing.</param>
    /// <param name="queueHost">A host name in place of the queue's, or nothing: <c>queue.</c> before the run host.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="LipSyncException"><see cref="LipSyncError.EndpointInvalid"/>.</exception>
    public static FalEndpoint FromHosts(string? runHost, string? queueHost)
    {
        var run = HostBase(string.IsNullOrWhiteSpace(runHost) ? RealRunHost : runHost, "FAL_RUN_HOST");
        var queue = HostBase(string.IsNullOrWhiteSpace(queueHost) ? "queue." + run.Authority : queueHost, "FAL_QUEUE_RUN_HOST");

        var name = (run.Authority, queue.Authority) switch
        {
            (RealRunHost, RealQueueHost) => "fal",
            var (r, q) when q == "queue." + r => r,
            var (r, q) => $"{r},{q}",
        };
        return new FalEndpoint(
            name,
            custom: false,
            queue,
            run,
            new Uri("https://rest.fal.ai/"),
            new Uri("https://v3.fal.media/"),
            new Uri("https://api.fal.ai/v1/"));
    }

    /// <summary>The same endpoint, reached in another way.</summary>
    internal FalEndpoint Through(FalProxy proxy) => new(Name, custom, Queue, Run, Rest, Cdn, Api) { Proxy = IsLoopback ? FalProxy.None : proxy };

    /// <summary>Whether the endpoint is fal's own two hosts, which have backups; none is known for any other.</summary>
    internal bool HasBackups => !custom && Run.Authority == RealRunHost && Queue.Authority == RealQueueHost;

    /// <summary>The same URL on the host that fal keeps for when its own cannot be connected to; nothing where there is none.</summary>
    internal static Uri? BackupOf(Uri u) => !IsSecure(u) ? null : u.Host switch
    {
        RealRunHost => new UriBuilder(u) { Host = BackupRunHost }.Uri,
        RealQueueHost => new UriBuilder(u) { Host = BackupQueueHost }.Uri,
        _ => null,
    };

    /// <summary>Whether a URL may carry the key as a call to the queue.</summary>
    internal bool IsQueueUrl(Uri u)
    {
        if (!u.IsAbsoluteUri || u.UserInfo.Length > 0)
            return false;
        if (IsBelow(u, Queue))
            return true;

        // Answers that came through another host still name fal's own.
        return !custom && IsSecure(u) && u.Host is RealQueueHost or BackupQueueHost;
    }

    /// <summary>Whether a URL may be given a file's bytes.</summary>
    internal bool IsStorageUrl(Uri u)
    {
        if (!u.IsAbsoluteUri || u.UserInfo.Length > 0)
            return false;
        if (custom && IsBelow(u, new Uri(Name + "/")))
            return true;
        return IsSecure(u) && (IsFalMedia(u) || u.Host == "storage.googleapis.com");
    }

    /// <summary>Whether a URL may be fetched as a result.</summary>
    internal bool IsMediaUrl(Uri u)
    {
        if (!u.IsAbsoluteUri || u.UserInfo.Length > 0)
            return false;
        if (custom && IsBelow(u, Cdn))
            return true;
        return IsSecure(u)
            && (IsFalMedia(u)
                || (u.Host == "storage.googleapis.com" && u.AbsolutePath.StartsWith("/falserverless/", StringComparison.Ordinal)));
    }

    /// <summary>The endpoint's name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;

    private static bool IsSecure(Uri u) => u.Scheme == Uri.UriSchemeHttps && u.IsDefaultPort;

    private static bool IsFalMedia(Uri u) =>
        u.Host == "fal.media" || u.Host.EndsWith(".fal.media", StringComparison.Ordinal);

    private static bool IsBelow(Uri u, Uri parent) =>
        u.Scheme == parent.Scheme
        && u.Authority == parent.Authority
        && u.AbsolutePath.StartsWith(parent.AbsolutePath, StringComparison.Ordinal);

    private static Uri HostBase(string host, string variable)
    {
        var text = host.Trim();
        if (text.AsSpan().IndexOfAny("/\\?#@") >= 0
            || !Uri.TryCreate($"https://{text}/", UriKind.Absolute, out var uri)
            || uri.Host.Length == 0)
            throw Invalid($"{variable} is no host name: give it without scheme and path.");
        return uri;
    }

    private static LipSyncException Invalid(string message) => new(LipSyncError.EndpointInvalid, message);
}
