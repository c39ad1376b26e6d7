using KlingLipSync.Emulator;
using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

public class PayloadDeletionTests
{
    private const string Done = """{"cdn_delete_results":[{"link":"https://v3.fal.media/files/a/o.mp4","exception":null}]}""";

    [Fact]
    public async Task It_is_one_call_with_a_key_of_its_own()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, Done));
        using var client = Wire.Client(server);

        await client.DeletePayloadsAsync(Wire.RequestId, default);
        await client.DeletePayloadsAsync(Wire.RequestId, default);

        Assert.Equal(2, server.Requests.Length);
        Assert.All(server.Requests, request => Assert.Equal(
            ("DELETE", "/api/v1/models/requests/019a-request_id/payloads", 0L, $"Key {Wire.Key}"),
            (request.Method, request.Target, request.BodyLength, request.Header("Authorization"))));
        Assert.NotEqual(server.Requests[0].Header("Idempotency-Key"), server.Requests[1].Header("Idempotency-Key"));
    }

    [Fact]
    public async Task Tried_again_it_is_the_same_call()
    {
        await using var server = WireServer.InTurn(new WireAnswer { Reset = true }, WireAnswer.Html(502), WireAnswer.Json(200, """{"cdn_delete_results":[]}"""));
        using var client = Wire.Client(server);

        await client.DeletePayloadsAsync(Wire.RequestId, default);

        Assert.Equal(3, server.Requests.Length);
        Assert.NotEmpty(Assert.Single(server.Requests.Select(request => request.Header("Idempotency-Key")).Distinct())!);
    }

    [Fact]
    public async Task A_request_that_the_platform_has_not_is_no_failure_and_nothing_was_deleted()
    {
        Assert.False(await DeleteAsync(404, """{"error":{"type":"not_found","message":"no","request_id":"x"}}"""));
        Assert.True(await DeleteAsync(200, Done));
    }

    [Theory]
    [InlineData(404, """{"detail":"Not Found"}""", nameof(FalFailureKind.NotFound))]
    [InlineData(404, "<html></html>", nameof(FalFailureKind.NotFal))]
    [InlineData(200, "{}", nameof(FalFailureKind.NotFal))]
    [InlineData(200, """{"cdn_delete_results":null}""", nameof(FalFailureKind.NotFal))]
    [InlineData(204, "", nameof(FalFailureKind.NotFal))]
    [InlineData(302, "", nameof(FalFailureKind.NotFal))]
    [InlineData(400, """{"error":{"type":"validation_error","message":"The request has not completed yet"}}""", nameof(FalFailureKind.Refused))]
    [InlineData(401, """{"error":{"type":"authorization_error","message":"no"}}""", nameof(FalFailureKind.Unauthorized))]
    public async Task Anything_else_is_not_done(int status, string body, string kind)
    {
        var failure = await Assert.ThrowsAsync<FalException>(() => DeleteAsync(status, body));

        Assert.Equal((FalRoute.DeletePayloads, kind), (failure.Route, failure.Kind.ToString()));
    }

    [Fact]
    public async Task A_key_without_the_right_is_told_what_it_takes()
    {
        var failure = await Assert.ThrowsAsync<FalException>(() => DeleteAsync(403, """{"error":{"type":"authorization_error","message":"Admin only"}}"""));

        Assert.Equal((FalFailureKind.Locked, 403, "authorization_error"), (failure.Kind, failure.Status, failure.ErrorType));
        Assert.Equal("Deleting at fal takes an ADMIN key. The endpoint answered 403: Admin only", failure.Detail);
    }

    [Fact]
    public async Task A_file_that_stays_is_told_without_its_signature()
    {
        var failure = await Assert.ThrowsAsync<FalException>(() => DeleteAsync(
            200,
            $$"""{"cdn_delete_results":[{"link":"https://v3.fal.media/a.mp4","exception":null},{"link":"https://v3.fal.media/b.mp4?sig=hush","exception":"cannot reach https://v3.fal.media/b.mp4?sig=hush with {{Wire.Key}}"}]}"""));

        Assert.Equal(FalFailureKind.Refused, failure.Kind);
        Assert.Equal(
            "fal did not delete 1 of the request's 2 files: https://v3.fal.media/b.mp4: cannot reach https://v3.fal.media/b.mp4?… with 11111111-2222-3333-4444-555555555555:***",
            failure.Detail);
    }

    [Fact]
    public async Task A_bad_id_is_no_url()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, Done));
        using var client = Wire.Client(server);

        await Assert.ThrowsAsync<ArgumentException>(() => client.DeletePayloadsAsync("../../keys", default));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task An_emulated_request_is_deleted_through_a_lost_answer()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { AdminKeys = ["boss:boss"] });
        var endpoint = FalEndpoint.Parse(emulator.Url.AbsoluteUri);
        using var submitter = new FalSubmitter(endpoint, FalCredential.Parse("demo:demo"), TimeProvider.System);
        var receipt = await submitter.SendAsync(
            new FalSubmitRequest(KlingLipSync.Media.LipSyncModel.EndpointId, new("https://example.com/v.mp4"), new("https://example.com/a.wav")) { StartTimeout = TimeSpan.FromHours(1) },
            () => true);
        await StatusTests.Until(() => emulator.Ledger().Requests[0].State == "COMPLETED");
        emulator.AddFaults(new Fault(EmulatorRoute.DeletePayloads, FaultKind.ResetAfterAccept));
        using var boss = new FalClient(endpoint, FalCredential.Parse("boss:boss"), new HurriedTime());
        using var user = new FalClient(endpoint, FalCredential.Parse("demo:demo"), new HurriedTime());

        Assert.Equal(FalFailureKind.Locked, (await Assert.ThrowsAsync<FalException>(() => user.DeletePayloadsAsync(receipt.RequestId!, default))).Kind);
        Assert.True(await boss.DeletePayloadsAsync(receipt.RequestId!, default));
        Assert.False(await boss.DeletePayloadsAsync("nobody", default));

        var item = await user.FindInHistoryAsync(KlingLipSync.Media.LipSyncModel.EndpointId, receipt.RequestId!, DateTimeOffset.UtcNow.AddHours(-1), default);
        Assert.Equal((200, false, null), (item!.StatusCode, item.HasInput, item.Result));
    }

    private static async Task<bool> DeleteAsync(int status, string body)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(status, body));
        using var client = Wire.Client(server);
        return await client.DeletePayloadsAsync(Wire.RequestId, default);
    }
}
