using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

public class CancelAndHistoryTests
{
    [Theory]
    [InlineData(200, """{"status":"OK"}""", nameof(FalCancelOutcome.Removed))]
    [InlineData(200, """{"success":true}""", nameof(FalCancelOutcome.Removed))]
    [InlineData(200, """{"success":false}""", nameof(FalCancelOutcome.Unknown))]
    [InlineData(202, """{"status":"CANCELLATION_REQUESTED"}""", nameof(FalCancelOutcome.Requested))]
    [InlineData(400, """{"status":"ALREADY_COMPLETED"}""", nameof(FalCancelOutcome.TooLate))]
    [InlineData(404, """{"status":"NOT_FOUND"}""", nameof(FalCancelOutcome.Unknown))]
    public async Task A_cancels_outcome(int status, string body, string expected)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(status, body));
        using var client = Wire.Client(server);

        Assert.Equal(expected, (await client.CancelAsync(Wire.Urls(client).Cancel, default)).ToString());

        var request = Assert.Single(server.Requests);
        Assert.Equal(("PUT", 0L), (request.Method, request.BodyLength));
    }

    [Fact]
    public async Task A_cancel_is_sent_again_after_a_broken_connection()
    {
        await using var server = WireServer.InTurn(new WireAnswer { Reset = true }, WireAnswer.Html(502), WireAnswer.Json(202, """{"status":"CANCELLATION_REQUESTED"}"""));
        using var client = Wire.Client(server);

        Assert.Equal(FalCancelOutcome.Requested, await client.CancelAsync(Wire.Urls(client).Cancel, default));
    }

    [Theory]
    [InlineData(200, "<html></html>")]
    [InlineData(404, "<html></html>")]
    [InlineData(400, """{"detail":"other"}""")]
    public async Task A_cancel_that_got_no_answer_of_fals_is_thrown(int status, string body)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(status, body));
        using var client = Wire.Client(server);

        await Assert.ThrowsAsync<FalException>(() => client.CancelAsync(Wire.Urls(client).Cancel, default));
    }

    [Theory]
    [InlineData(200, """{"items":[{"request_id":"other"},{"request_id":"019a-request_id"}],"next_cursor":null,"has_more":false}""", true)]
    [InlineData(200, """{"items":[],"has_more":false}""", false)]
    [InlineData(200, """{"items":[{"request_id":"other"}],"next_cursor":"c","has_more":true}""", null)]
    [InlineData(200, """{"results":[]}""", null)]
    [InlineData(200, "<html></html>", null)]
    [InlineData(403, """{"error":{"type":"authorization_error","message":"no"}}""", null)]
    [InlineData(500, "", null)]
    public async Task The_history_knows_does_not_know_or_does_not_say(int status, string body, bool? expected)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(status, body));
        using var client = Wire.Client(server);

        Assert.Equal(expected, await IsThereAsync(client));
        Assert.StartsWith("/api/v1/models/requests/by-endpoint?endpoint_id=fal-ai%2Fkling-video%2Flipsync%2Faudio-to-video&start=2026-01-05T10:00:00Z&request_id=019a-request_id", server.Requests[0].Target, StringComparison.Ordinal);
    }

    private static async Task<bool?> IsThereAsync(FalClient client)
    {
        try
        {
            return await client.FindInHistoryAsync(KlingLipSync.Media.LipSyncModel.EndpointId, Wire.RequestId, new DateTimeOffset(2026, 1, 5, 11, 0, 0, TimeSpan.FromHours(1)), default) is not null;
        }
        catch (FalException)
        {
            return null;
        }
    }
}
