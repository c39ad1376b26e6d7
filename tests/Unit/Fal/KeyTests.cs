using System.Net;
using System.Net.Sockets;
using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

public class KeyTests
{
    [Fact]
    public async Task An_unknown_request_proves_the_key()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(404, """{"status":"NOT_FOUND"}"""));
        using var client = Wire.Client(server);

        await client.ProveKeyAsync(KlingLipSync.Media.LipSyncModel.EndpointId, default);

        var request = Assert.Single(server.Requests);
        Assert.Equal("GET", request.Method);
        Assert.Equal("HTTP/1.1", request.Version);
        Assert.StartsWith("/queue/fal-ai/kling-video/requests/", request.Target, StringComparison.Ordinal);
        Assert.EndsWith("/status", request.Target, StringComparison.Ordinal);
        Assert.Equal($"Key {Wire.Key}", request.Header("Authorization"));
        Assert.StartsWith("KlingLipSync/", request.Header("User-Agent"), StringComparison.Ordinal);
        Assert.Null(request.Header("traceparent"));
    }

    public static TheoryData<int, string, string, LipSyncError> BadAnswers => new()
    {
        { 401, "application/json", """{"detail":"No user found for Key ID and Secret"}""", LipSyncError.ApiKeyRejected },
        { 401, "text/plain", "Cannot access application \"fal-ai/kling-video\".", LipSyncError.ApiKeyRejected },
        { 401, "text/html", "<html>log in</html>", LipSyncError.EndpointNotFal },
        { 403, "application/json", """{"detail":"User is locked. Reason: TOP_UP."}""", LipSyncError.AccountLocked },
        { 404, "text/html", "<html>no such page</html>", LipSyncError.EndpointNotFal },
        { 404, "application/json", """{"detail":"Not Found"}""", LipSyncError.EndpointNotFal },
        { 404, "text/plain", "", LipSyncError.EndpointNotFal },
        { 200, "text/html", "<!doctype html><p>hello", LipSyncError.EndpointNotFal },
        { 200, "application/json", """{"ok":true}""", LipSyncError.EndpointNotFal },
        { 302, "text/html", "", LipSyncError.EndpointNotFal },
        { 503, "text/html", "<html>nginx</html>", LipSyncError.RequestFailed },
    };

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task What_is_wrong_is_named(int status, string type, string body, LipSyncError expected)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(status, body) with { ContentType = type });
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<LipSyncException>(() => client.ProveKeyAsync(KlingLipSync.Media.LipSyncModel.EndpointId, default));

        Assert.Equal(expected, failure.Error);
        Assert.DoesNotContain(Wire.Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_port_is_unreachable()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var client = new FalClient(FalEndpoint.Parse($"http://127.0.0.1:{port}"), FalCredential.Parse(Wire.Key), new HurriedTime());

        var failure = await Assert.ThrowsAsync<LipSyncException>(() => client.ProveKeyAsync(KlingLipSync.Media.LipSyncModel.EndpointId, default));

        Assert.Equal(LipSyncError.EndpointUnreachable, failure.Error);
        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_nobody_has_is_unreachable()
    {
        using var client = new FalClient(FalEndpoint.Parse("https://klinglipsync.invalid"), FalCredential.Parse(Wire.Key), new HurriedTime());

        var failure = await Assert.ThrowsAsync<LipSyncException>(() => client.ProveKeyAsync(KlingLipSync.Media.LipSyncModel.EndpointId, default));

        Assert.Equal(LipSyncError.EndpointUnreachable, failure.Error);
    }

    [Fact]
    public async Task A_port_that_speaks_no_http_is_not_fal()
    {
        await using var server = WireServer.InTurn(new WireAnswer { Write = (_, _) => Task.CompletedTask, Status = 99999 });
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<LipSyncException>(() => client.ProveKeyAsync(KlingLipSync.Media.LipSyncModel.EndpointId, default));

        Assert.Equal(LipSyncError.EndpointNotFal, failure.Error);
    }

    [Fact]
    public async Task A_redirect_is_never_followed_with_the_key()
    {
        await using var elsewhere = WireServer.InTurn(WireAnswer.Json(404, """{"status":"NOT_FOUND"}"""));
        foreach (var status in new[] { 301, 302, 303, 307, 308 })
        {
            await using var server = WireServer.InTurn(WireAnswer.Empty(status, ("Location", elsewhere.Url + "/queue/x")));
            using var client = Wire.Client(server);
            await Assert.ThrowsAsync<LipSyncException>(() => client.ProveKeyAsync(KlingLipSync.Media.LipSyncModel.EndpointId, default));
            await Assert.ThrowsAsync<FalException>(() => client.CancelAsync(Wire.Urls(client).Cancel, default));
        }

        Assert.Empty(elsewhere.Requests);
    }
}
