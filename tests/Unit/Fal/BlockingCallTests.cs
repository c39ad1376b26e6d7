using KlingLipSync.Fal;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>What is certain after a blocking call, over real sockets.</summary>
public class BlockingCallTests
{
    private const string Output = """{"video":{"url":"https://v3.fal.media/files/o/out.mp4"}}""";
    private const string NoFace = """{"detail":[{"loc":["body","video_url"],"msg":"No face","type":"face_detection_error"}]}""";

    private static readonly (string, string) Id = ("x-fal-request-id", "019a-run");

    [Fact]
    public async Task It_is_sent_as_the_contract_has_it_and_its_answer_is_the_result()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, Output, Id, ("x-fal-billable-units", "5")));
        var submission = await SendAsync(server.Url);
        Assert.Equal((FalSubmissionKind.Accepted, "019a-run"), (submission.Kind, submission.RequestId));
        Assert.Equal(("https://v3.fal.media/files/o/out.mp4", "5"), (submission.Result!.VideoUrl!.AbsoluteUri, submission.Result.BillableUnits));
        Assert.Equal($"{server.Url}/queue/fal-ai/kling-video/requests/019a-run", submission.ResponseUrl!.AbsoluteUri);

        var sent = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/run/fal-ai/kling-video/lipsync/audio-to-video", "HTTP/1.1"), (sent.Method, sent.Target, sent.Version));
        Assert.Equal("""{"video_url":"https://v3.fal.media/v.mp4","audio_url":"https://v3.fal.media/a.wav"}""", sent.BodyStart);
        Assert.Equal("Key " + Wire.Key, sent.Header("Authorization"));
        Assert.Equal("300", sent.Header("X-Fal-Request-Start-Timeout"));
        Assert.Equal("1", sent.Header("X-Fal-Store-IO"));
        Assert.Equal("true", sent.Header("x-app-fal-disable-fallback"));
        Assert.Null(sent.Header("X-Fal-Queue-Priority"));
        Assert.Null(sent.Header("Expect"));
    }

    [Theory]
    [InlineData(422, NoFace, "5")]
    [InlineData(422, NoFace, null)]
    [InlineData(400, """{"detail":[{"msg":"Kling failed","type":"downstream_service_error"}]}""", null)]
    [InlineData(404, """{"detail":"Path /x not found"}""", "0")]
    [InlineData(499, """{"detail":"cancelled","error_type":"client_disconnected"}""", null)]
    [InlineData(500, """{"detail":"Internal Server Error"}""", null)]
    public async Task A_failed_run_was_accepted(int status, string body, string? units)
    {
        (string, string)[] headers = units is null ? [Id] : [Id, ("x-fal-billable-units", units)];
        await using var server = WireServer.InTurn(WireAnswer.Json(status, body, headers));
        var submission = await SendAsync(server.Url);
        Assert.Equal((FalSubmissionKind.Accepted, "019a-run"), (submission.Kind, submission.RequestId));
        Assert.Equal((status, units), (submission.Result!.Status, submission.Result.BillableUnits));
    }

    [Theory]
    [InlineData(401, """{"detail":"No user found for Key ID and Secret"}""", FalFailureKind.Unauthorized)]
    [InlineData(403, """{"detail":"User is locked. Reason: Exhausted balance."}""", FalFailureKind.Locked)]
    [InlineData(404, """{"detail":"Application \"x\" not found"}""", FalFailureKind.NotFound)]
    [InlineData(400, """{"detail":"bad header","error_type":"bad_request"}""", FalFailureKind.Refused)]
    [InlineData(429, """{"detail":"Reached concurrent requests limit of 2","type":"concurrent_requests_limit"}""", FalFailureKind.RateLimited)]
    internal async Task What_is_about_the_caller_is_a_refusal(int status, string body, FalFailureKind kind)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(status, body));
        var submission = await SendAsync(server.Url);
        Assert.Equal((FalSubmissionKind.Refused, kind), (submission.Kind, submission.Failure!.Kind));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(429)]
    public async Task It_stays_one_where_every_answer_has_an_id(int status)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(status, """{"detail":"no"}""", Id));
        Assert.Equal(FalSubmissionKind.Refused, (await SendAsync(server.Url)).Kind);
    }

    public static TheoryData<string> Ambiguous => ["reset", "408", "409", "html404", "html502", "500", "503json", "noid", "422noid", "422text", "400list", "499noid", "redirect", "html200", "empty202"];

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public async Task Everything_else_is_unknown_and_sent_once(string answer)
    {
        await using var server = WireServer.InTurn(answer switch
        {
            "reset" => new WireAnswer { Reset = true },
            "408" => WireAnswer.Json(408, """{"detail":"timeout"}"""),
            "409" => WireAnswer.Json(409, """{"detail":"conflict"}"""),
            "html404" => WireAnswer.Html(404),
            "html502" => WireAnswer.Html(502),
            "500" => WireAnswer.Json(500, """{"detail":"Internal Server Error"}"""),
            "503json" => WireAnswer.Json(503, """{"detail":"x","error_type":"runner_disconnected"}"""),
            "noid" => WireAnswer.Json(200, Output),
            "422noid" => WireAnswer.Json(422, NoFace),
            "422text" => WireAnswer.Json(422, """{"detail":"no face"}"""),
            "400list" => WireAnswer.Json(400, """{"detail":[{"msg":"Kling failed","type":"downstream_service_error"}]}"""),
            "499noid" => WireAnswer.Json(499, """{"detail":"cancelled"}"""),
            "redirect" => WireAnswer.Empty(307, ("Location", "http://127.0.0.1:1/")),
            "html200" => WireAnswer.Html(200),
            _ => WireAnswer.Empty(202),
        });
        var submission = await SendAsync(server.Url);
        Assert.Equal(FalSubmissionKind.Unknown, submission.Kind);
        Assert.NotEmpty(submission.Reason);
        Assert.DoesNotContain(Wire.Secret, submission.Reason, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("page")]
    [InlineData("empty")]
    [InlineData("running")]
    public async Task An_id_without_a_result_is_a_receipt(string answer)
    {
        await using var server = WireServer.InTurn(answer switch
        {
            "cut" => WireAnswer.Json(200, Output, Id) with { CutAfter = 9 },
            "page" => WireAnswer.Html(502) with { Headers = new() { [Id.Item1] = Id.Item2 } },
            "empty" => WireAnswer.Empty(200, Id),
            _ => WireAnswer.Json(200, """{"status":"IN_QUEUE","request_id":"019a-run"}"""),
        });
        var submission = await SendAsync(server.Url);
        Assert.Equal((FalSubmissionKind.Accepted, "019a-run"), (submission.Kind, submission.RequestId));
        Assert.Null(submission.Result);
    }

    [Fact]
    public async Task Its_answer_is_waited_for_as_long_as_a_start_and_a_run_may_take()
    {
        var time = new FakeTimeProvider();
        await using var server = WireServer.InTurn(new WireAnswer { Silent = true });
        using var submitter = Submitter(server.Url, time);
        var sending = submitter.SendAsync(Request, () => true);
        await PaidRequest.ArrivedAsync(server);

        time.Advance(TimeSpan.FromMinutes(14.9));
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(0.2));
        var submission = await sending;
        Assert.Equal(FalSubmissionKind.Unknown, submission.Kind);
        Assert.Contains("900 s", submission.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_ends_does_not_wait_for_it()
    {
        await using var server = WireServer.InTurn(new WireAnswer { Silent = true });
        using var submitter = Submitter(server.Url, TimeProvider.System);
        using var leaving = new CancellationTokenSource();
        var sending = submitter.SendAsync(Request, () => true, leaving.Token);
        await PaidRequest.ArrivedAsync(server);

        await leaving.CancelAsync();
        var submission = await sending;
        Assert.Equal(FalSubmissionKind.Unknown, submission.Kind);
        Assert.Contains("process ended", submission.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_never_left_is_never_delivered()
    {
        Assert.Equal(FalSubmissionKind.NeverDelivered, (await SendAsync("http://127.0.0.1:1")).Kind);
        await using var server = WireServer.InTurn(WireAnswer.Json(200, Output, Id));
        using var submitter = Submitter(server.Url, TimeProvider.System);
        var submission = await submitter.SendAsync(Request, () => false);
        Assert.Equal((FalSubmissionKind.NeverDelivered, true), (submission.Kind, submission.HeldBack));
        Assert.Empty(server.Requests);
    }

    private static FalSubmitRequest Request => PaidRequest.Blocking;

    private static FalSubmitter Submitter(string url, TimeProvider time) => PaidRequest.Submitter(url, time);

    private static Task<FalSubmission> SendAsync(string url) => PaidRequest.SendAsync(url, Request);
}
