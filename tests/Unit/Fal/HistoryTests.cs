using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Media;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Fal;

public class HistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 11, 0, 0, TimeSpan.FromHours(1));

    [Fact]
    public async Task A_request_with_all_its_facts()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(
            200,
            """
            {"items":[{"request_id":"r1","endpoint_id":"e","sent_at":"2026-01-05T10:00:00.5Z","started_at":"2026-01-05T11:01:00+01:00","ended_at":"2026-01-05T10:02:00",
              "status_code":200,"duration":60,"json_input":{"video_url":"https://v3.fal.media/v.mp4","audio_url":"https://v3.fal.media/a.wav"},
              "json_output":{"video":{"url":"https://v3.fal.media/o.mp4","file_size":12}}}],"next_cursor":null,"has_more":false}
            """,
            ("Date", "Mon, 05 Jan 2026 12:00:00 GMT")));
        using var client = Wire.Client(server);

        var page = Assert.Single(await ReadAsync(client));

        Assert.Equal(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero), page.Date);
        var item = Assert.Single(page.Items);
        Assert.Equal(
            new FalHistoryItem(
                "r1",
                new DateTimeOffset(2026, 1, 5, 10, 0, 0, 500, TimeSpan.Zero),
                new DateTimeOffset(2026, 1, 5, 10, 1, 0, TimeSpan.Zero),
                new DateTimeOffset(2026, 1, 5, 10, 2, 0, TimeSpan.Zero),
                200,
                "https://v3.fal.media/v.mp4",
                "https://v3.fal.media/a.wav",
                new FalResult(200, """{"video":{"url":"https://v3.fal.media/o.mp4","file_size":12}}""", new Uri("https://v3.fal.media/o.mp4"), null, 12, null, null, null, null, false, true, null)),
            item);
        Assert.True(item.HasInput);
        var request = Assert.Single(server.Requests);
        Assert.Equal("/api/v1/models/requests/by-endpoint?endpoint_id=fal-ai%2Fkling-video%2Flipsync%2Faudio-to-video&start=2026-01-05T10:00:00Z&expand=payloads&limit=100", request.Target);
        Assert.Equal($"Key {Wire.Key}", request.Header("Authorization"));
    }

    [Theory]
    [InlineData("""{"request_id":"r1"}""")]
    [InlineData("""{"request_id":"r1","status_code":"?","sent_at":7,"started_at":"soon","json_input":"{}","json_output":{"video":{"url":"https://v3.fal.media/o.mp4"}}}""")]
    [InlineData("""{"request_id":"r1","status_code":99999,"json_input":{"video_url":7},"json_output":{}}""")]
    [InlineData("""{"request_id":"r1","status_code":null,"json_input":null,"json_output":null}""")]
    public async Task What_is_missing_or_of_another_kind_is_left_open(string json)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, $$"""{"items":[{{json}}]}"""));
        using var client = Wire.Client(server);

        var item = Assert.Single(Assert.Single(await ReadAsync(client)).Items);

        Assert.Equal(new FalHistoryItem("r1", null, null, null, null, null, null, null), item);
        Assert.False(item.HasInput);
    }

    [Theory]
    [InlineData(422, """{"detail":[{"msg":"No face","type":"face_detection_error"}]}""", "face_detection_error")]
    [InlineData(499, """{"detail":"cancelled","error_type":"client_cancelled"}""", "client_cancelled")]
    [InlineData(503, """{"detail":"x","error_type":"runner_disconnected"}""", "runner_disconnected")]
    [InlineData(200, """{"ok":true}""", null)]
    public async Task A_failed_request_says_what_its_result_said(int status, string output, string? type)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, $$"""{"items":[{"request_id":"r1","status_code":{{status}},"json_output":{{output}}}]}"""));
        using var client = Wire.Client(server);

        var result = Assert.Single(Assert.Single(await ReadAsync(client)).Items).Result!;

        Assert.Equal((status, output, type, null), (result.Status, result.Json, result.ErrorType, result.BillableUnits));
    }

    [Theory]
    [InlineData(401, """{"detail":"no"}""")]
    [InlineData(403, """{"detail":"no"}""")]
    [InlineData(404, """{"detail":"Request not found"}""")]
    [InlineData(500, "\"crash\"")]
    public async Task What_the_result_call_would_not_believe_is_not_believed_here(int status, string output)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, $$"""{"items":[{"request_id":"r1","status_code":{{status}},"json_output":{{output}}}]}"""));
        using var client = Wire.Client(server);

        var item = Assert.Single(Assert.Single(await ReadAsync(client)).Items);

        Assert.Equal((status, null), (item.StatusCode, item.Result));
    }

    [Fact]
    public async Task All_pages_are_read_each_with_its_cursor()
    {
        await using var server = WireServer.InTurn(
            Page("""{"request_id":"a"}""", """,{"request_id":"b"}],"next_cursor":"c+1/=","has_more":true"""),
            WireAnswer.Html(502),
            Page("""{"request_id":"c"}""", "],\"next_cursor\":\"c2\""),
            Page("", """],"next_cursor":"c3","has_more":false"""),
            Page("""{"request_id":"d"}""", "],\"next_cursor\":\"\""));
        using var client = Wire.Client(server);

        var pages = await ReadAsync(client);

        Assert.Equal(["a,b", "c", "", "d"], pages.Select(page => string.Join(',', page.Items.Select(item => item.RequestId))));
        Assert.Equal([null, "c%2B1%2F%3D", "c%2B1%2F%3D", "c2", "c3"], server.Requests.Select(request => request.Target.Split("&cursor=").ElementAtOrDefault(1)));
    }

    [Theory]
    [InlineData("<html></html>")]
    [InlineData("{}")]
    [InlineData("""{"results":[]}""")]
    [InlineData("""{"items":{}}""")]
    [InlineData("""{"items":[7]}""")]
    [InlineData("""{"items":[],"has_more":"no"}""")]
    [InlineData("""{"items":[],"next_cursor":7}""")]
    [InlineData("""{"items":[],"has_more":true}""")]
    [InlineData("""{"items":[],"has_more":true,"next_cursor":""}""")]
    [InlineData("""{"items":[{"request_id":"../x","json_input":{"video_url":"v","audio_url":"a"}}]}""")]
    public async Task A_pass_that_is_not_whole_does_not_end_well(string second)
    {
        await using var server = WireServer.InTurn(Page("""{"request_id":"a"}""", """],"next_cursor":"c","has_more":true"""), WireAnswer.Json(200, second));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => ReadAsync(client));

        Assert.Equal((FalRoute.History, FalFailureKind.NotFal), (failure.Route, failure.Kind));
        Assert.Equal(2, server.Requests.Length);
    }

    [Fact]
    public async Task Requests_that_nobody_could_ask_for_are_left_out()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, """{"items":[{"request_id":"../x"},{"request_id":7},{},{"request_id":"a"}]}"""));
        using var client = Wire.Client(server);

        Assert.Equal(["a"], Assert.Single(await ReadAsync(client)).Items.Select(item => item.RequestId));
    }

    [Fact]
    public async Task A_cursor_that_comes_back_ends_it()
    {
        var n = 0;
        await using var server = new WireServer(_ => Page("", $"""],"next_cursor":"c{n++ % 3}","has_more":true"""));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => ReadAsync(client));

        Assert.Equal((FalRoute.History, FalFailureKind.NotFal), (failure.Route, failure.Kind));
        Assert.Equal(4, server.Requests.Length);
    }

    [Fact]
    public async Task Pages_without_end_end_it()
    {
        var n = 0;
        await using var server = new WireServer(_ => Page("", $"""],"next_cursor":"c{n++}","has_more":true"""));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => ReadAsync(client));

        Assert.Equal((FalRoute.History, FalFailureKind.NotFal), (failure.Route, failure.Kind));
        Assert.Equal(2000, server.Requests.Length);
    }

    [Fact]
    public async Task A_page_too_long_is_asked_for_in_smaller_ones()
    {
        await using var server = new WireServer(request =>
        {
            var limit = int.Parse(System.Text.RegularExpressions.Regex.Match(request.Target, "limit=([0-9]+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            var isSecond = request.Target.Contains("cursor=c", StringComparison.Ordinal);
            return limit > 25 && isSecond
                ? WireAnswer.Json(200, $$"""{"items":[],"note":"{{new string('x', 2 << 20)}}"}""")
                : Page($$"""{"request_id":"of-{{limit}}"}""", isSecond ? "]" : """],"next_cursor":"c","has_more":true""");
        });
        using var client = Wire.Client(server);

        var pages = await ReadAsync(client);

        Assert.Equal(["of-100", "of-25"], pages.Select(page => page.Items[0].RequestId));
        Assert.Equal(4, server.Requests.Length);
    }

    [Fact]
    public async Task A_page_too_long_at_any_size_is_none()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, $$"""{"items":[],"note":"{{new string('x', 2 << 20)}}"}"""));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => ReadAsync(client));

        Assert.Equal(FalFailureKind.NotFal, failure.Kind);
        Assert.Equal(["100", "50", "25", "10"], server.Requests.Select(request => request.Target.Split("limit=")[1]));
    }

    [Theory]
    [InlineData(401, """{"error":{"type":"authorization_error","message":"no"}}""", nameof(FalFailureKind.Unauthorized), 1)]
    [InlineData(403, """{"error":{"type":"authorization_error","message":"no"}}""", nameof(FalFailureKind.Locked), 1)]
    [InlineData(404, """{"error":{"type":"not_found","message":"no"}}""", nameof(FalFailureKind.NotFound), 1)]
    [InlineData(429, """{"error":{"type":"rate_limited","message":"no"}}""", nameof(FalFailureKind.RateLimited), 2)]
    [InlineData(500, "", nameof(FalFailureKind.Server), 2)]
    public async Task A_history_that_does_not_answer_is_thrown(int status, string body, string kind, int requests)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(status, body));
        using var client = Wire.Client(server);

        var whole = await Assert.ThrowsAsync<FalException>(() => ReadAsync(client));
        Assert.Equal((FalRoute.History, kind), (whole.Route, whole.Kind.ToString()));
        Assert.Equal(requests, server.Requests.Length);

        var one = await Assert.ThrowsAsync<FalException>(() => FindAsync(client));
        Assert.Equal((FalRoute.History, kind), (one.Route, one.Kind.ToString()));
    }

    [Fact]
    public async Task One_request_is_found_by_its_id()
    {
        await using var server = WireServer.InTurn(
            WireAnswer.Json(200, """{"items":[{"request_id":"other"},{"request_id":"019a-request_id","status_code":200}],"has_more":false}"""),
            WireAnswer.Json(200, """{"items":[],"has_more":false}"""));
        using var client = Wire.Client(server);

        Assert.Equal(200, (await FindAsync(client))!.StatusCode);
        Assert.Null(await FindAsync(client));
        Assert.EndsWith("&start=2026-01-05T10:00:00Z&request_id=019a-request_id&expand=payloads&limit=100", server.Requests[0].Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"items":[{"request_id":"other"}],"next_cursor":"c","has_more":true}""")]
    [InlineData("""{"items":[{"request_id":"other"}],"next_cursor":"c"}""")]
    [InlineData("""{"results":[]}""")]
    [InlineData("<html></html>")]
    public async Task An_id_that_was_not_heeded_proves_nothing(string body)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, body));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => FindAsync(client));

        Assert.Equal((FalRoute.History, FalFailureKind.NotFal), (failure.Route, failure.Kind));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_emulated_history_is_read_to_its_end()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Clock = clock, Concurrency = 300 });
        var credential = FalCredential.Parse("demo:demo");
        using (var submitter = new FalSubmitter(FalEndpoint.Parse(emulator.Url.AbsoluteUri), credential, TimeProvider.System))
        {
            for (var n = 0; n < 230; n++)
                await submitter.SendAsync(new FalSubmitRequest(LipSyncModel.EndpointId, new($"https://example.com/{n}.mp4"), new("https://example.com/a.wav")) { StartTimeout = TimeSpan.FromHours(1) }, () => true);
        }
        await StatusTests.Until(() => emulator.Ledger().Requests.All(request => request.State == "COMPLETED"));
        using var client = new FalClient(FalEndpoint.Parse(emulator.Url.AbsoluteUri), credential, new HurriedTime());

        var pages = await ReadAsync(client, clock.GetUtcNow().AddHours(-1));

        Assert.Equal([100, 100, 30], pages.Select(page => page.Items.Count));
        Assert.All(pages, page => Assert.Equal(clock.GetUtcNow().ToUnixTimeSeconds(), page.Date!.Value.ToUnixTimeSeconds()));
        var items = pages.SelectMany(page => page.Items).ToList();
        Assert.Equal(emulator.Ledger().Requests.Select(request => request.RequestId).Order(), items.Select(item => item.RequestId).Order());
        Assert.Equal(230, items.Select(item => item.VideoUrl).Distinct().Count());
        Assert.All(items, item => Assert.NotNull(item.Result!.VideoUrl));
        Assert.Equal(items[7], await client.FindInHistoryAsync(LipSyncModel.EndpointId, items[7].RequestId, clock.GetUtcNow().AddHours(-1), default));
        Assert.Null(await client.FindInHistoryAsync(LipSyncModel.EndpointId, "nobody", clock.GetUtcNow().AddHours(-1), default));
    }

    private static WireAnswer Page(string items, string rest) => WireAnswer.Json(200, $$"""{"items":[{{items}}{{rest}}}""");

    private static Task<FalHistoryItem?> FindAsync(FalClient client) => client.FindInHistoryAsync(LipSyncModel.EndpointId, Wire.RequestId, Start, default);

    private static async Task<List<FalHistoryPage>> ReadAsync(FalClient client, DateTimeOffset? start = null)
    {
        var pages = new List<FalHistoryPage>();
        await foreach (var page in client.ReadHistoryAsync(LipSyncModel.EndpointId, start ?? Start, default))
            pages.Add(page);
        return pages;
    }
}
