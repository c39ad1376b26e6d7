using KlingLipSync.Fal;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Fal;

public class StatusTests
{
    [Fact]
    public async Task Queued_running_completed_and_unheard_of()
    {
        await using var server = WireServer.InTurn(
            WireAnswer.Json(202, Wire.Status("IN_QUEUE", ",\"queue_position\":12000")),
            WireAnswer.Json(202, Wire.Status("IN_QUEUE")),
            WireAnswer.Json(202, Wire.Status("IN_PROGRESS", ",\"logs\":null")),
            WireAnswer.Json(200, Wire.Status("COMPLETED", ",\"metrics\":{\"inference_time\":115.5},\"error\":\"bad\",\"error_type\":\"runner_disconnected\"")),
            WireAnswer.Json(200, Wire.Status("COMPLETED", ",\"metrics\":{\"inference_time\":null}")),
            WireAnswer.Json(200, Wire.Status("COMPLETED", ",\"metrics\":[],\"error\":{\"message\":7}")),
            WireAnswer.Json(200, Wire.Status("PAUSED", ",\"queue_position\":\"?\"")));
        using var client = Wire.Client(server);
        var url = Wire.Urls(client).Status;

        Assert.Equal(new FalStatus(FalStatusKind.Queued, 12000, null, null, null, null), await client.GetStatusAsync(url, default));
        Assert.Equal(new FalStatus(FalStatusKind.Queued, null, null, null, null, null), await client.GetStatusAsync(url, default));
        Assert.Equal(FalStatusKind.Running, (await client.GetStatusAsync(url, default)).Kind);
        Assert.Equal(new FalStatus(FalStatusKind.Completed, null, TimeSpan.FromSeconds(115.5), "runner_disconnected", "bad", null), await client.GetStatusAsync(url, default));
        Assert.Null((await client.GetStatusAsync(url, default)).InferenceTime);
        Assert.Equal(FalStatusKind.Completed, (await client.GetStatusAsync(url, default)).Kind);
        Assert.Equal(FalStatusKind.StillUnknown, (await client.GetStatusAsync(url, default)).Kind);
    }

    [Fact]
    public async Task A_log_comes_with_what_fal_says_of_each_line_and_without_secrets()
    {
        await using var server = WireServer.InTurn(
            WireAnswer.Json(202, Wire.Status("IN_PROGRESS", $$$"""
                ,"logs":[
                {"message":"Fetching https://v3.fal.media/a.mp4?sig=secret with {{{Wire.Key}}}","timestamp":"2026-01-05T10:00:00.123456Z","level":"INFO","source":"USER"},
                {"message":"","timestamp":"2026-01-05T12:00:00+02:00","labels":{"level":"STDERR","source":"RUNNER"}},
                {"message":"{{{new string('x', 700)}}}\n{{{new string('y', 300)}}}","timestamp":"yesterday","level":null},
                {"timestamp":"2026-01-05T10:00:00Z"}, null, 7, "text"]
                """)),
            WireAnswer.Json(202, Wire.Status("IN_PROGRESS", ",\"logs\":{\"message\":\"no list\"}")));
        using var client = Wire.Client(server);

        var log = (await client.PollStatusAsync(FalClient.WithLog(Wire.Urls(client).Status), default)).Log;

        Assert.EndsWith("/status?logs=1", Assert.Single(server.Requests).Target, StringComparison.Ordinal);
        var at = new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);
        Assert.Equal(3, log.Count);
        Assert.Equal((at.AddTicks(1234560), "INFO", "USER"), (log[0].Timestamp, log[0].Level, log[0].Source));
        Assert.Equal("Fetching https://v3.fal.media/a.mp4?… with 11111111-2222-3333-4444-555555555555:***", log[0].Message);
        Assert.Equal(new LipSyncLogLine("") { Timestamp = at, Level = "STDERR", Source = "RUNNER" }, log[1]);
        Assert.Equal(new LipSyncLogLine($"{new string('x', 700)} {new string('y', 300)}"), log[2]);
        Assert.Empty((await client.PollStatusAsync(Wire.Urls(client).Status, default)).Log);
    }

    [Theory]
    [InlineData("https://queue.fal.run/a/b/requests/1/status", "https://queue.fal.run/a/b/requests/1/status?logs=1")]
    [InlineData("https://queue.fal.run/a/b/requests/1/status?x=1", "https://queue.fal.run/a/b/requests/1/status?x=1&logs=1")]
    public void The_log_is_asked_for_in_the_query(string url, string withLog) => Assert.Equal(withLog, FalClient.WithLog(new Uri(url)).AbsoluteUri);

    [Fact]
    public async Task Fals_clock_is_kept()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(202, Wire.Status("IN_QUEUE"), ("Date", "Mon, 05 Jan 2026 10:00:00 GMT")));
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 5, 9, 30, 0, TimeSpan.Zero));
        using var client = Wire.Client(server, time);

        var status = await client.GetStatusAsync(Wire.Urls(client).Status, default);

        Assert.Equal(new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero), status.Date);
        Assert.Equal(TimeSpan.FromMinutes(30), client.Clock.Offset);
    }

    public static TheoryData<string> Hiccups => ["reset", "cut", "408", "429", "500", "html"];

    [Theory]
    [MemberData(nameof(Hiccups))]
    public async Task A_hiccup_is_waited_out(string kind)
    {
        var hiccup = kind switch
        {
            "reset" => new WireAnswer { Reset = true },
            "cut" => WireAnswer.Json(200, Wire.Status("COMPLETED")) with { CutAfter = 5 },
            "408" => WireAnswer.Json(408, """{"detail":"slow"}"""),
            "429" => WireAnswer.Json(429, """{"detail":"many"}"""),
            "500" => WireAnswer.Json(500, """{"detail":"Internal Server Error"}"""),
            _ => WireAnswer.Html(502),
        };
        await using var server = WireServer.InTurn(hiccup, hiccup, hiccup, WireAnswer.Json(200, Wire.Status("COMPLETED")));
        var time = new HurriedTime();
        using var client = Wire.Client(server, time);

        var status = await client.GetStatusAsync(Wire.Urls(client).Status, default);

        Assert.Equal(FalStatusKind.Completed, status.Kind);
        Assert.Equal(3, time.Waits.Length);
        Assert.All(time.Waits, wait => Assert.InRange(wait.TotalSeconds, 0.001, 8));
        Assert.True(time.Waits[2] > time.Waits[0]);
    }

    [Fact]
    public async Task Retry_after_is_honoured_and_capped()
    {
        await using var server = WireServer.InTurn(
            WireAnswer.Json(429, "{}", ("Retry-After", "7")),
            WireAnswer.Json(503, "{}", ("Retry-After", "Mon, 05 Jan 2026 10:00:11 GMT"), ("Date", "Mon, 05 Jan 2026 10:00:00 GMT")),
            WireAnswer.Json(503, "{}", ("Retry-After", "86400")),
            WireAnswer.Json(200, Wire.Status("COMPLETED")));
        var time = new HurriedTime();
        using var client = Wire.Client(server, time);

        await client.GetStatusAsync(Wire.Urls(client).Status, default);

        // Never sooner than asked, up to a quarter later, and never above the cap.
        Assert.Equal([7.875, 12.375, 60], time.Waits.Select(w => w.TotalSeconds));
    }

    [Fact]
    public async Task What_lasts_is_thrown_with_its_words()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(503, """{"detail":"no runner","error_type":"runner_scheduling_failure"}""", ("x-fal-request-id", "r-1"), ("x-fal-retryable", "true"), ("x-fal-billable-units", "0")));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => client.GetStatusAsync(Wire.Urls(client).Status, default));

        Assert.Equal(4, server.Requests.Length);
        Assert.Equal(FalFailureKind.Server, failure.Kind);
        Assert.Equal(503, failure.Status);
        Assert.Equal("runner_scheduling_failure", failure.ErrorType);
        Assert.Equal("r-1", failure.RequestId);
        Assert.True(failure.Retryable);
        Assert.Equal("0", failure.BillableUnits);
        Assert.Equal("The endpoint answered 503: no runner", failure.Detail);
        Assert.Equal(LipSyncError.RequestFailed, failure.ToLipSync().Error);
    }

    [Theory]
    [InlineData(401, """{"detail":"No user found for Key ID and Secret"}""", nameof(FalFailureKind.Unauthorized))]
    [InlineData(403, """{"detail":"User is locked. Reason: TOP_UP."}""", nameof(FalFailureKind.Locked))]
    [InlineData(404, """{"status":"NOT_FOUND"}""", nameof(FalFailureKind.NotFound))]
    [InlineData(410, """{"detail":"gone"}""", nameof(FalFailureKind.NotFound))]
    [InlineData(405, """{"detail":"Method Not Allowed"}""", nameof(FalFailureKind.Refused))]
    [InlineData(404, "", nameof(FalFailureKind.NotFal))]
    [InlineData(200, "{}", nameof(FalFailureKind.NotFal))]
    [InlineData(200, "[1]", nameof(FalFailureKind.NotFal))]
    [InlineData(200, "{\"status\":", nameof(FalFailureKind.NotFal))]
    [InlineData(200, "{\"status\":7}", nameof(FalFailureKind.NotFal))]
    public async Task An_answer_that_time_does_not_mend_is_thrown_at_once(int status, string body, string kind)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(status, body));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => client.GetStatusAsync(Wire.Urls(client).Status, default));

        Assert.Equal(kind, failure.Kind.ToString());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_concurrency_limit_under_status_200_is_a_limit()
    {
        await using var server = WireServer.InTurn(
            WireAnswer.Json(200, """{"detail":"Reached concurrent requests limit of 2","type":"concurrent_requests_limit"}"""),
            WireAnswer.Json(200, Wire.Status("COMPLETED")));
        using var client = Wire.Client(server);

        Assert.Equal(FalStatusKind.Completed, (await client.GetStatusAsync(Wire.Urls(client).Status, default)).Kind);
    }

    [Fact]
    public async Task A_body_without_end_is_cut_off()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, "{\"status\":\"COMPLETED\",\"logs\":\"" + new string('x', 2 << 20) + "\"}"));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => client.GetStatusAsync(Wire.Urls(client).Status, default));

        Assert.Equal(FalFailureKind.NotFal, failure.Kind);
    }

    [Fact]
    public async Task Silence_is_a_timeout()
    {
        await using var server = WireServer.InTurn(new WireAnswer { Silent = true }, WireAnswer.Json(200, Wire.Status("COMPLETED")));
        var time = new FakeTimeProvider();
        using var client = Wire.Client(server, time);

        var asking = client.GetStatusAsync(Wire.Urls(client).Status, default);
        await Until(() => server.Requests.Length == 1);
        time.Advance(TimeSpan.FromSeconds(61));
        while (!asking.IsCompleted)
        {
            await Task.Delay(5);
            if (server.Requests.Length == 1)
                time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(FalStatusKind.Completed, (await asking).Kind);
    }

    [Fact]
    public async Task The_callers_token_ends_it_as_what_it_is()
    {
        await using var server = WireServer.InTurn(new WireAnswer { Silent = true });
        using var client = Wire.Client(server);
        using var stop = new CancellationTokenSource();

        var asking = client.GetStatusAsync(Wire.Urls(client).Status, stop.Token);
        await Until(() => server.Requests.Length == 1);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task A_url_on_another_host_is_refused_without_a_request()
    {
        await using var foreign = WireServer.InTurn(WireAnswer.Json(200, Wire.Status("COMPLETED")));
        await using var server = WireServer.InTurn(WireAnswer.Empty(500));
        using var client = Wire.Client(server);
        var url = new Uri(foreign.Url + "/queue/fal-ai/kling-video/requests/x/status");

        var failures = new[]
        {
            await Assert.ThrowsAsync<FalException>(() => client.GetStatusAsync(url, default)),
            await Assert.ThrowsAsync<FalException>(() => client.GetResultAsync(url, default)),
            await Assert.ThrowsAsync<FalException>(() => client.CancelAsync(url, default)),
            Assert.Throws<FalException>(() => { _ = client.StreamStatusAsync(url, default); }),
        };

        Assert.All(failures, failure => Assert.Equal(FalFailureKind.NotFal, failure.Kind));
        Assert.Empty(foreign.Requests);
        Assert.Empty(server.Requests);
    }

    internal static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 2000 && !condition(); i++)
            await Task.Delay(5);
        Assert.True(condition());
    }
}
