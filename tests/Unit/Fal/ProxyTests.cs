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

    [Fact]
    public async Task One_that_fails_is_tried_again_like_an_endpoint_out_of_reach()
    {
        await using var proxy = WireServer.InTurn(WireAnswer.Empty(502));
        using var client = Client(proxy.Url);

        var failure = await ProveAsync(client);
        Assert.Equal(LipSyncError.EndpointUnreachable, failure.Error);
        Assert.Contains($"the proxy {proxy.Url} answers 502.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(FalRetryRules.For(FalRoute.Probe).Tries, proxy.Requests.Length);
    }

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
        Assert.Equal(status < 500 ? FalFailureKind.ProxyRefused : null, submission.Failure?.Kind);
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
}
