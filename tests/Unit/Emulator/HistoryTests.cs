using System.Text.Json;
using KlingLipSync.Emulator;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Emulator;

public class HistoryTests
{
    private const string Url = $"api/v1/models/requests/by-endpoint?endpoint_id={EmulatorClient.EndpointId}";

    [Fact]
    public async Task It_lists_finished_requests_only_newest_first()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(0.1), Concurrency = 2 });
        var first = await client.SubmitAsync();
        await client.CompletedAsync(first);
        var second = await client.SubmitAsync("https://example.com/noface.mp4");
        await client.CompletedAsync(second);
        await client.SubmitAsync();

        var body = await ReadAsync(client, Url);
        Assert.Equal([second.RequestId, first.RequestId], Ids(body));
        Assert.False(body.GetProperty("has_more").GetBoolean());
        Assert.Equal(JsonValueKind.Null, body.GetProperty("next_cursor").ValueKind);
        var item = body.GetProperty("items")[0];
        Assert.Equal(422, item.GetProperty("status_code").GetInt32());
        Assert.Equal(EmulatorClient.EndpointId, item.GetProperty("endpoint_id").GetString());
        Assert.True(item.GetProperty("ended_at").GetDateTimeOffset() >= item.GetProperty("sent_at").GetDateTimeOffset());
        Assert.InRange(item.GetProperty("duration").GetDouble(), 0.05, 10);
        Assert.False(item.TryGetProperty("json_input", out _));
    }

    [Fact]
    public async Task Payloads_are_shown_when_asked_for_unless_they_were_not_kept()
    {
        await using var client = await EmulatorClient.StartAsync();
        var kept = await client.SubmitAsync();
        await client.CompletedAsync(kept);
        var bare = await client.SubmitAsync(headers: [("X-Fal-Store-IO", "0")]);
        await client.CompletedAsync(bare);

        var items = (await ReadAsync(client, Url + "&expand=payloads")).GetProperty("items");
        Assert.False(items[0].TryGetProperty("json_input", out _));
        Assert.Equal(EmulatorClient.Video, items[1].GetProperty("json_input").GetProperty("video_url").GetString());
        Assert.True(items[1].GetProperty("json_output").TryGetProperty("video", out _));
    }

    [Fact]
    public async Task It_lags_behind()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { Clock = clock, HistoryLag = TimeSpan.FromSeconds(30) });
        var receipt = await client.SubmitAsync();
        await client.CompletedAsync(receipt);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(Ids(await ReadAsync(client, Url)));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([receipt.RequestId], Ids(await ReadAsync(client, Url)));
    }

    [Fact]
    public async Task It_reaches_back_a_day_or_ninety_by_id()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { Clock = clock });
        var receipt = await client.SubmitAsync();
        await client.CompletedAsync(receipt);
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Empty(Ids(await ReadAsync(client, Url)));
        Assert.Equal([receipt.RequestId], Ids(await ReadAsync(client, $"{Url}&request_id={receipt.RequestId}")));
        Assert.Equal([receipt.RequestId], Ids(await ReadAsync(client, $"{Url}&start={clock.GetUtcNow().AddDays(-3):yyyy-MM-ddTHH:mm:ssZ}")));
        Assert.Empty(Ids(await ReadAsync(client, $"{Url}&start={clock.GetUtcNow().AddDays(-4):yyyy-MM-ddTHH:mm:ssZ}&end={clock.GetUtcNow().AddDays(-3):yyyy-MM-ddTHH:mm:ssZ}")));
    }

    [Fact]
    public async Task Pages_together_hold_every_request_once()
    {
        await using var client = await EmulatorClient.StartAsync();
        List<string> sent = [];
        for (var i = 0; i < 7; i++)
        {
            var receipt = await client.SubmitAsync();
            await client.CompletedAsync(receipt);
            sent.Insert(0, receipt.RequestId);
        }

        foreach (var sort in new[] { "ended_at", "duration" })
        {
            List<string> seen = [];
            var page = await ReadAsync(client, $"{Url}&limit=3&sort_by={sort}");
            while (true)
            {
                seen.AddRange(Ids(page));
                if (!page.GetProperty("has_more").GetBoolean())
                    break;
                Assert.Equal(0, seen.Count % 3);
                page = await ReadAsync(client, $"{Url}&limit=3&sort_by={sort}&cursor={Uri.EscapeDataString(page.GetProperty("next_cursor").GetString()!)}");
            }

            Assert.Equal(sent.Order(), seen.Order());
            if (sort == "ended_at")
                Assert.Equal(sent, seen);
        }
    }

    [Fact]
    public async Task It_is_filtered_by_status_and_account()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { Keys = ["demo:demo", "other:other"] });
        Dictionary<string, string> byClass = [];
        foreach (var (name, kind) in new[] { ("clip", "success"), ("noface", "user_error"), ("crash", "error") })
        {
            var receipt = await client.SubmitAsync($"https://example.com/{name}.mp4");
            await client.CompletedAsync(receipt);
            byClass.Add(kind, receipt.RequestId);
        }

        foreach (var (kind, id) in byClass)
            Assert.Equal([id], Ids(await ReadAsync(client, $"{Url}&status={kind}")));
        using var stranger = await client.SendAsync(HttpMethod.Get, Url, authorization: "Key other:other");
        Assert.Empty(Ids(await EmulatorClient.JsonAsync(stranger)));
    }

    [Fact]
    public async Task Search_needs_no_endpoint_and_lists_results()
    {
        await using var client = await EmulatorClient.StartAsync();
        var receipt = await client.SubmitAsync();
        await client.CompletedAsync(receipt);
        var body = await ReadAsync(client, "api/v1/models/requests/search");
        Assert.Equal(receipt.RequestId, body.GetProperty("results")[0].GetProperty("request_id").GetString());
    }

    [Theory]
    [InlineData("api/v1/models/requests/by-endpoint", 400, "validation_error")]
    [InlineData(Url + "&limit=101", 400, "validation_error")]
    [InlineData(Url + "&status=failed", 400, "validation_error")]
    [InlineData(Url + "&start=yesterday", 400, "validation_error")]
    [InlineData(Url + "&cursor=mine", 400, "validation_error")]
    [InlineData("api/v1/models/elsewhere", 404, "not_found")]
    public async Task Its_errors_have_a_body_of_their_own(string url, int code, string type)
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.GetAsync(url);
        Assert.Equal(code, (int)reply.StatusCode);
        var error = (await EmulatorClient.JsonAsync(reply)).GetProperty("error");
        Assert.Equal(type, error.GetProperty("type").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task It_wants_a_key()
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.SendAsync(HttpMethod.Get, Url, authorization: "Bearer demo:demo");
        Assert.Equal(401, (int)reply.StatusCode);
        Assert.Equal("authorization_error", (await EmulatorClient.JsonAsync(reply)).GetProperty("error").GetProperty("type").GetString());
    }

    private static async Task<JsonElement> ReadAsync(EmulatorClient client, string url)
    {
        using var reply = await client.GetAsync(url);
        Assert.Equal(200, (int)reply.StatusCode);
        return await EmulatorClient.JsonAsync(reply);
    }

    private static List<string> Ids(JsonElement body) => [.. body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("request_id").GetString()!)];
}
