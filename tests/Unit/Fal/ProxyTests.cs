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

    [Fact]
    public async Task Any_other_takes_the_one_that_is_set()
    {
        await using var proxy = WireServer.InTurn(WireAnswer.Empty(407));
        var usual = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(proxy.Url);
        try
        {
            using var client = new FalClient(FalEndpoint.FromHosts(null, null), FalCredential.Parse(Wire.Key), new HurriedTime());
            var failure = await Assert.ThrowsAsync<LipSyncException>(() => client.ProveKeyAsync(KlingLipSync.Media.LipSyncModel.EndpointId, default));
            Assert.Equal(LipSyncError.EndpointUnreachable, failure.Error);
        }
        finally
        {
            HttpClient.DefaultProxy = usual;
        }

        Assert.All(proxy.Requests, request => Assert.Equal(("CONNECT", null), (request.Method, request.Header("Authorization"))));
        Assert.NotEmpty(proxy.Requests);
    }
}
