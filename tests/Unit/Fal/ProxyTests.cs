using System.Net;
using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

[Collection(nameof(Alone))]
public class ProxyTests
{
    [Fact]
    public async Task A_call_to_this_machine_takes_no_proxy()
    {
        await using var proxy = WireServer.InTurn(WireAnswer.Empty(502));
        await using var server = WireServer.InTurn(WireAnswer.Json(200, Wire.Status("COMPLETED")));
        var usual = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(proxy.Url);
        try
        {
            using var client = Wire.Client(server);
            Assert.Equal(FalStatusKind.Completed, (await client.GetStatusAsync(Wire.Urls(client).Status, default)).Kind);
        }
        finally
        {
            HttpClient.DefaultProxy = usual;
        }

        Assert.Empty(proxy.Requests);
    }

    [Theory]
    [InlineData(407)]
    [InlineData(403)]
    public async Task A_proxy_that_refuses_is_told_from_fal_and_asked_once(int status)
    {
        await using var proxy = WireServer.InTurn(WireAnswer.Empty(status));
        using var client = Client(proxy.Url);

        var failure = await ProveAsync(client);

        Assert.Equal(LipSyncError.ProxyRefused, failure.Error);
        Assert.Contains($"the proxy {proxy.Url} answers {status}.", failure.Message, StringComparison.Ordinal);
        var request = Assert.Single(proxy.Requests);
        Assert.Equal(("CONNECT", "queue.fal.run:443", null), (request.Method, request.Target, request.Header("Authorization")));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(502)]
    public async Task One_that_fails_for_now_is_tried_again_like_an_endpoint_out_of_reach(int status)
    {
        await using var proxy = WireServer.InTurn(WireAnswer.Empty(status));
        using var client = Client(proxy.Url);

        var failure = await ProveAsync(client);
        Assert.Equal(LipSyncError.EndpointUnreachable, failure.Error);
        Assert.Contains($"the proxy {proxy.Url} answers {status}.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(FalRetryRules.For(FalRoute.Probe).Tries, proxy.Requests.Length);
    }

    [Theory]
    [InlineData("The proxy tunnel request to proxy 'http://anna:hushhush@p.test/' failed with status code '407'.", "answers 407.", true)]
    [InlineData("The proxy tunnel request to proxy 'http://anna:hushhush@p.test/' failed with status code '403'.", "answers 403.", true)]
    [InlineData("The proxy tunnel request to proxy 'http://anna:hushhush@p.test/' failed with status code '429'.", "answers 429.", false)]
    [InlineData("The proxy tunnel request to proxy 'http://anna:hushhush@p.test/' failed with status code '503'.", "answers 503.", false)]
    [InlineData("Something with 'http://anna:hushhush@p.test/' went wrong.", "went wrong.", false)]
    public async Task What_it_answered_is_read_where_an_older_runtime_has_it_in_words_alone(string words, string said, bool isRefusal)
    {
        using var line = new OlderRuntime(words);
        using var faults = new FalProxyFaults(line, FalProxy.At(new Uri("http://p.test:3128"), null));
        using var invoker = new HttpMessageInvoker(faults);
        var url = new Uri("https://queue.fal.run/a");
        using var request = new HttpRequestMessage(HttpMethod.Get, url);

        var fault = await Assert.ThrowsAnyAsync<HttpRequestException>(() => invoker.SendAsync(request, default));
        using var deadline = new FalDeadline(TimeSpan.FromMinutes(1), TimeProvider.System, default);
        var failure = FalFailures.OfTransport(FalRoute.Probe, fault, url, deadline, null, default);

        Assert.Equal(isRefusal ? FalFailureKind.ProxyRefused : FalFailureKind.Unreachable, failure.Kind);
        Assert.Contains("the proxy http://p.test:3128 ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(said, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hushhush", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("05FF", LipSyncError.ProxyRefused, "authentication method")]
    [InlineData("0502 0101", LipSyncError.ProxyRefused, "authenticate")]
    [InlineData("0500 05050001000000000000", LipSyncError.EndpointUnreachable, "failed to connect to the destination")]
    [InlineData("0500 05020001000000000000", LipSyncError.EndpointUnreachable, "failed to connect to the destination")]
    [InlineData("4854", LipSyncError.EndpointUnreachable, "SOCKS")]
    public async Task A_SOCKS_proxy_refuses_by_its_log_in_alone(string answers, LipSyncError error, string cause)
    {
        using var proxy = new SocksServer(answers);
        using var client = Client($"socks5://anna:hushhush@127.0.0.1:{proxy.Port}");

        var failure = await ProveAsync(client);

        Assert.Equal(error, failure.Error);
        Assert.Contains($"the proxy socks5://127.0.0.1:{proxy.Port} makes no connection", failure.Message, StringComparison.Ordinal);
        Assert.Contains(cause, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hushhush", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(error == LipSyncError.ProxyRefused ? 1 : FalRetryRules.For(FalRoute.Probe).Tries, proxy.Connections);
    }

    [Theory]
    [InlineData("socks5://proxy.test", "socks5://proxy.test:1080")]
    [InlineData("socks4a://anna@proxy.test", "socks4a://proxy.test:1080")]
    [InlineData("socks5://proxy.test:99", "socks5://proxy.test:99")]
    [InlineData("http://proxy.test", "http://proxy.test")]
    public void A_SOCKS_proxy_without_a_port_has_the_usual_one(string url, string taken) =>
        Assert.Equal(taken, FalProxy.At(new Uri(url), null).Via(new Uri("https://queue.fal.run/a")));

    [Fact]
    public async Task One_that_nobody_answers_at_is_named_and_its_password_is_not()
    {
        var server = WireServer.InTurn(WireAnswer.Empty(502));
        await server.DisposeAsync();
        using var client = Client(server.Url.Replace("http://", "http://anna:hushhush@", StringComparison.Ordinal));

        var failure = await ProveAsync(client);

        Assert.Equal(LipSyncError.EndpointUnreachable, failure.Error);
        Assert.Contains($"the proxy {server.Url} does not answer", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hushhush", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_user_of_its_url_is_said_to_it_alone()
    {
        await using var proxy = WireServer.InTurn(WireAnswer.Empty(407, ("Proxy-Authenticate", "Basic realm=\"x\"")));
        using var client = Client(proxy.Url.Replace("http://", "http://anna:hush%40hush@", StringComparison.Ordinal));

        var failure = await ProveAsync(client);

        Assert.Equal(LipSyncError.ProxyRefused, failure.Error);
        Assert.DoesNotContain("hush@hush", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hush%40hush", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(proxy.Requests, r => r.Header("Proxy-Authorization") == "Basic " + Convert.ToBase64String("anna:hush@hush"u8));
    }

    [Theory]
    [InlineData(407)]
    [InlineData(403)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(502)]
    public async Task A_paid_request_that_it_refuses_was_never_delivered(int status)
    {
        await using var proxy = WireServer.InTurn(WireAnswer.Empty(status));
        var endpoint = FalEndpoint.FromHosts(null, null).Through(FalProxy.At(new Uri(proxy.Url), null));
        using var submitter = new FalSubmitter(endpoint, FalCredential.Parse(Wire.Key), TimeProvider.System);

        var submission = await submitter.SendAsync(
            new FalSubmitRequest(KlingLipSync.Media.LipSyncModel.EndpointId, new Uri("https://a.test/a.mp4"), new Uri("https://a.test/a.wav")) { StartTimeout = TimeSpan.FromHours(1) },
            () => true);

        Assert.Equal(FalSubmissionKind.NeverDelivered, submission.Kind);
        Assert.Equal(status is 403 or 407 ? FalFailureKind.ProxyRefused : null, submission.Failure?.Kind);
        Assert.Equal("CONNECT", Assert.Single(proxy.Requests).Method);
    }

    [Theory]
    [InlineData("ftp://proxy.test:21")]
    [InlineData("proxy:3128")]
    [InlineData("file:///proxy")]
    public void What_is_no_proxys_url_is_refused(string url) =>
        Assert.Equal(LipSyncError.ProxyInvalid, Assert.Throws<LipSyncException>(() => FalProxy.At(new Uri(url), null)).Error);

    [Fact]
    public async Task The_environments_is_taken_where_none_is_named()
    {
        await using var proxy = WireServer.InTurn(WireAnswer.Empty(407));
        var usual = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(proxy.Url.Replace("http://", "http://anna:hushhush@", StringComparison.Ordinal));
        try
        {
            using var client = new FalClient(FalEndpoint.FromHosts(null, null), FalCredential.Parse(Wire.Key), new HurriedTime());
            var failure = await ProveAsync(client);
            Assert.Equal(LipSyncError.ProxyRefused, failure.Error);
            Assert.DoesNotContain("hushhush", failure.ToString(), StringComparison.Ordinal);
            Assert.Single(proxy.Requests);

            await using var named = WireServer.InTurn(WireAnswer.Empty(403));
            using var other = Client(named.Url);
            await ProveAsync(other);
            Assert.Single(named.Requests);
            Assert.Single(proxy.Requests);
        }
        finally
        {
            HttpClient.DefaultProxy = usual;
        }
    }

    private static FalClient Client(string proxy) =>
        new(FalEndpoint.FromHosts(null, null).Through(FalProxy.At(new Uri(proxy), null)), FalCredential.Parse(Wire.Key), new HurriedTime());

    private static Task<LipSyncException> ProveAsync(FalClient client) =>
        Assert.ThrowsAsync<LipSyncException>(() => client.ProveKeyAsync(KlingLipSync.Media.LipSyncModel.EndpointId, default));

    /// <summary>What .NET 8 makes of a proxy that refuses: words, and no status.</summary>
    private sealed class OlderRuntime(string words) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException(HttpRequestError.ProxyTunnelError, words);
    }
}
