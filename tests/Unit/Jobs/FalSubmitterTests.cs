using KlingLipSync.Fal;
using KlingLipSync.Tests.Unit.Fal;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>What is certain after the paid request, over real sockets.</summary>
public class FalSubmitterTests
{
    private const string Receipt = """{"status":"IN_QUEUE","request_id":"019a-request_id","queue_position":0}""";

    [Fact]
    public async Task It_is_sent_as_the_contract_has_it()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, Receipt));
        var submission = await SendAsync(server.Url);
        Assert.Equal((FalSubmissionKind.Accepted, "019a-request_id"), (submission.Kind, submission.RequestId));
        Assert.Equal($"{server.Url}/queue/fal-ai/kling-video/requests/019a-request_id/status", submission.StatusUrl!.AbsoluteUri);

        var sent = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/queue/fal-ai/kling-video/lipsync/audio-to-video", "HTTP/1.1"), (sent.Method, sent.Target, sent.Version));
        Assert.Equal("""{"video_url":"https://v3.fal.media/v.mp4","audio_url":"https://v3.fal.media/a.wav"}""", sent.BodyStart);
        Assert.Equal("Key " + Wire.Key, sent.Header("Authorization"));
        Assert.Equal("application/json", sent.Header("Content-Type"));
        Assert.Equal("21600", sent.Header("X-Fal-Request-Start-Timeout"));
        Assert.Equal("1", sent.Header("X-Fal-Store-IO"));
        Assert.Equal("true", sent.Header("x-app-fal-disable-fallback"));
        Assert.Equal("normal", sent.Header("X-Fal-Queue-Priority"));
        Assert.Null(sent.Header("X-Fal-No-Retry"));
        Assert.Null(sent.Header("Expect"));
    }

    [Fact]
    public async Task URLs_of_a_foreign_host_are_not_taken_over()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, """{"request_id":"r1","status_url":"https://evil.example/s","response_url":"https://evil.example/r","cancel_url":"https://evil.example/c"}"""));
        var submission = await SendAsync(server.Url);
        Assert.All([submission.StatusUrl!, submission.ResponseUrl!, submission.CancelUrl!], url => Assert.StartsWith(server.Url, url.AbsoluteUri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_id_in_the_headers_is_a_receipt_even_if_the_body_never_comes()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, Receipt, ("x-fal-request-id", "from-header")) with { CutAfter = 5 });
        var submission = await SendAsync(server.Url);
        Assert.Equal((FalSubmissionKind.Accepted, "from-header"), (submission.Kind, submission.RequestId));
    }

    [Theory]
    [InlineData(401, """{"detail":"No user found for Key ID and Secret"}""", FalFailureKind.Unauthorized)]
    [InlineData(403, """{"detail":"User is locked. Reason: Exhausted balance."}""", FalFailureKind.Locked)]
    [InlineData(404, """{"detail":"Application \"x\" not found"}""", FalFailureKind.NotFound)]
    [InlineData(422, """{"detail":[{"loc":["body","video_url"],"msg":"bad","type":"value_error"}]}""", FalFailureKind.Refused)]
    [InlineData(429, "", FalFailureKind.RateLimited)]
    internal async Task A_refusal_in_fals_words_is_certain(int status, string body, FalFailureKind kind)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(status, body));
        var submission = await SendAsync(server.Url);
        Assert.Equal((FalSubmissionKind.Refused, kind), (submission.Kind, submission.Failure!.Kind));
        Assert.Single(server.Requests);
    }

    public static TheoryData<string> Ambiguous => ["reset", "408", "409", "html404", "html502", "500", "503json", "noid", "badid", "redirect", "html200", "empty202"];

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
            "503json" => WireAnswer.Json(503, """{"detail":"x","error_type":"runner_scheduling_failure"}"""),
            "noid" => WireAnswer.Json(200, """{"status":"IN_QUEUE"}"""),
            "badid" => WireAnswer.Json(200, """{"request_id":"../../etc/passwd"}"""),
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

    [Fact]
    public async Task A_dead_port_and_a_dead_name_were_never_delivered()
    {
        Assert.Equal(FalSubmissionKind.NeverDelivered, (await SendAsync("http://127.0.0.1:1")).Kind);
        Assert.Equal(FalSubmissionKind.NeverDelivered, (await SendAsync("https://no-such-host.invalid")).Kind);
    }

    [Fact]
    public async Task The_last_gate_keeps_every_byte_of_the_body_back()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, Receipt));
        var submission = await SendAsync(server.Url, maySend: () => false);
        Assert.Equal((FalSubmissionKind.NeverDelivered, true), (submission.Kind, submission.HeldBack));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_connection_that_the_server_closed_meanwhile_costs_no_second_request()
    {
        // Each answer ends its connection without saying so, which makes the pooled one stale.
        await using var server = new WireServer(_ => WireAnswer.Json(200, Receipt));
        using var submitter = Submitter(server.Url, TimeProvider.System);
        for (var n = 1; n <= 5; n++)
        {
            Assert.Equal(FalSubmissionKind.Accepted, (await submitter.SendAsync(Request, () => true)).Kind);
            Assert.Equal(n, server.Requests.Length);
        }
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_given_up_after_the_deadline()
    {
        var time = new FakeTimeProvider();
        await using var server = WireServer.InTurn(new WireAnswer { Silent = true });
        using var submitter = Submitter(server.Url, time);
        var sending = submitter.SendAsync(Request, () => true);
        await PaidRequest.ArrivedAsync(server);

        time.Advance(Request.Deadline - TimeSpan.FromSeconds(1));
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        var submission = await sending;
        Assert.Equal(FalSubmissionKind.Unknown, submission.Kind);
        Assert.Contains("120 s", submission.Reason, StringComparison.Ordinal);
    }

    private static FalSubmitRequest Request => PaidRequest.Queued;

    private static FalSubmitter Submitter(string url, TimeProvider time) => PaidRequest.Submitter(url, time);

    private static Task<FalSubmission> SendAsync(string url, Func<bool>? maySend = null) => PaidRequest.SendAsync(url, Request, maySend);
}
