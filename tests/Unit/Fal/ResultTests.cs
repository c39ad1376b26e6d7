using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

public class ResultTests
{
    [Fact]
    public async Task A_video_with_all_its_facts()
    {
        var body = """{"video":{"url":"https://v3.fal.media/files/a/b_output.mp4","content_type":"video/mp4","file_name":"output.mp4","file_size":1234}}""";
        var result = await AskAsync(WireAnswer.Json(200, body, ("x-fal-billable-units", "5.0"), ("Date", "Mon, 05 Jan 2026 10:00:00 GMT")));

        Assert.Equal(
            new FalResult(200, body, new Uri("https://v3.fal.media/files/a/b_output.mp4"), "video/mp4", 1234, "5.0", null, null, null, false, true, new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero)),
            result);
    }

    [Fact]
    public async Task A_video_with_its_url_only()
    {
        var result = await AskAsync(WireAnswer.Json(200, """{"video":{"url":"https://v3.fal.media/x.mp4","file_size":null}}"""));

        Assert.Equal("https://v3.fal.media/x.mp4", result!.VideoUrl!.AbsoluteUri);
        Assert.Null(result.FileSize);
        Assert.True(result.IsFalJson);
    }

    [Theory]
    [InlineData("""{"video":null}""")]
    [InlineData("""{"video":{"url":"/relative"}}""")]
    [InlineData("""{"video":{"url":"file:///etc/passwd"}}""")]
    [InlineData("""{"ok":true}""")]
    public async Task A_success_without_a_video_says_so(string body)
    {
        var result = await AskAsync(WireAnswer.Json(200, body));

        Assert.Null(result!.VideoUrl);
        Assert.False(result.IsFalJson);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(500)]
    public async Task Still_in_progress_is_no_end(int status) => Assert.Null(await AskAsync(WireAnswer.Json(
        status, """{"detail":"Request is still in progress","request_id":"x","status_url":"https://queue.fal.run/x"}""")));

    [Fact]
    public async Task A_status_in_the_results_place_is_no_end() => Assert.Null(await AskAsync(WireAnswer.Json(202, Wire.Status("IN_PROGRESS"))));

    [Fact]
    public async Task The_models_list_of_faults()
    {
        var result = await AskAsync(WireAnswer.Json(
            422,
            """{"detail":[{"loc":["body","video_url"],"msg":"No face","type":"face_detection_error"},{"loc":["body","audio_url",0],"msg":"Too long","type":"audio_duration_too_long"}]}""",
            ("x-fal-retryable", "false")));

        Assert.Equal(422, result!.Status);
        Assert.Equal("face_detection_error", result.ErrorType);
        Assert.Equal("video_url: No face; audio_url.0: Too long", result.ErrorMessage);
        Assert.False(result.Retryable);
        Assert.True(result.IsFalJson);
        Assert.Null(result.BillableUnits);
    }

    [Theory]
    [InlineData(422, """{"detail":"plain words"}""", null, "plain words")]
    [InlineData(499, """{"detail":"Request was cancelled","error_type":"client_cancelled"}""", "client_cancelled", "Request was cancelled")]
    [InlineData(500, """{"detail":"Internal Server Error"}""", null, "Internal Server Error")]
    [InlineData(500, """{"detail":{"msg":"odd","type":"odd_type"}}""", "odd_type", "odd")]
    [InlineData(500, """{"error":{"type":"server_error","message":"platform"}}""", "server_error", "platform")]
    [InlineData(422, """{"detail":[null,7,"text",{"msg":7,"type":[]}]}""", null, "text")]
    [InlineData(503, """{"error_type":"runner_disconnected"}""", "runner_disconnected", null)]
    public async Task Other_shapes_of_an_end(int status, string body, string? type, string? message)
    {
        var result = await AskAsync(WireAnswer.Json(status, body));

        Assert.Equal((status, type, message, true), (result!.Status, result.ErrorType, result.ErrorMessage, result.IsFalJson));
    }

    [Fact]
    public async Task An_end_in_fals_shape_is_asked_for_once()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(500, """{"detail":"Internal Server Error"}"""));
        using var client = Wire.Client(server);

        await client.GetResultAsync(Wire.Urls(client).Response, default);

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_start_deadline_is_told()
    {
        var result = await AskAsync(WireAnswer.Json(504, """{"detail":"timed out","error_type":"request_timeout"}""", ("X-Fal-Request-Timeout-Type", "user")));

        Assert.True(result!.StartTimedOut);
    }

    [Fact]
    public async Task A_plain_answer_that_fal_marks_as_its_own_is_an_end_without_its_shape()
    {
        var result = await AskAsync(WireAnswer.Json(500, "crash", ("x-fal-request-id", "r")) with { ContentType = "text/plain" });

        Assert.Equal((500, false), (result!.Status, result.IsFalJson));
    }

    [Fact]
    public async Task A_gateways_page_is_no_end_and_tried_again()
    {
        await using var server = WireServer.InTurn(WireAnswer.Html(502), WireAnswer.Html(504), WireAnswer.Json(503, "{}"), WireAnswer.Json(200, """{"video":{"url":"https://v3.fal.media/x.mp4"}}"""));
        using var client = Wire.Client(server);

        Assert.NotNull((await client.GetResultAsync(Wire.Urls(client).Response, default))!.VideoUrl);
        Assert.Equal(4, server.Requests.Length);
    }

    [Theory]
    [InlineData(401, """{"detail":"No user found for Key ID and Secret"}""", nameof(FalFailureKind.Unauthorized))]
    [InlineData(403, """{"detail":"User is locked. Reason: TOP_UP."}""", nameof(FalFailureKind.Locked))]
    [InlineData(404, """{"status":"NOT_FOUND"}""", nameof(FalFailureKind.NotFound))]
    [InlineData(404, """{"detail":"Request not found"}""", nameof(FalFailureKind.NotFound))]
    [InlineData(429, """{"detail":"slow down"}""", nameof(FalFailureKind.RateLimited))]
    [InlineData(200, "<html>hotel network</html>", nameof(FalFailureKind.NotFal))]
    [InlineData(404, "<html>nginx</html>", nameof(FalFailureKind.NotFal))]
    [InlineData(400, "<html>nginx</html>", nameof(FalFailureKind.NotFal))]
    [InlineData(302, "", nameof(FalFailureKind.NotFal))]
    public async Task An_answer_about_the_call_is_no_end(int status, string body, string kind)
    {
        var failure = await Assert.ThrowsAsync<FalException>(() => AskAsync(WireAnswer.Json(status, body)));

        Assert.Equal(kind, failure.Kind.ToString());
    }

    [Fact]
    public async Task The_models_own_404_is_an_end()
    {
        var result = await AskAsync(WireAnswer.Json(404, """{"detail":"Path /x not found"}""", ("x-fal-billable-units", "0")));

        Assert.Equal((404, "0"), (result!.Status, result.BillableUnits));
    }

    [Fact]
    public async Task Fals_words_are_shown_without_secrets()
    {
        var result = await AskAsync(WireAnswer.Json(422, $$"""{"detail":"cannot fetch https://v3.fal.media/x?sig=hush with {{Wire.Key}}"}"""));

        Assert.Equal("cannot fetch https://v3.fal.media/x?… with 11111111-2222-3333-4444-555555555555:***", result!.ErrorMessage);
    }

    private static async Task<FalResult?> AskAsync(WireAnswer answer)
    {
        await using var server = WireServer.InTurn(answer);
        using var client = Wire.Client(server);
        return await client.GetResultAsync(Wire.Urls(client).Response, default);
    }
}
