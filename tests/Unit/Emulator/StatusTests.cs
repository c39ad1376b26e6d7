using System.Text.Json;
using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

public class StatusTests
{
    private static readonly EmulatorOptions Slow = EmulatorOptions.Instant with { QueueTime = TimeSpan.FromSeconds(0.8), RunTime = TimeSpan.FromSeconds(0.6) };

    [Fact]
    public async Task Three_states_with_their_own_fields_and_codes()
    {
        await using var client = await EmulatorClient.StartAsync(Slow);
        var receipt = await client.SubmitAsync();

        using var queued = await client.GetAsync(receipt.StatusUrl);
        Assert.Equal(202, (int)queued.StatusCode);
        var body = await EmulatorClient.JsonAsync(queued);
        Assert.Equal(["status", "request_id", "response_url", "status_url", "cancel_url", "queue_position"], Names(body));
        Assert.Equal("IN_QUEUE", body.GetProperty("status").GetString());

        await client.ReachesAsync(receipt, "IN_PROGRESS");
        using var running = await client.GetAsync(receipt.StatusUrl);
        Assert.Equal(202, (int)running.StatusCode);
        body = await EmulatorClient.JsonAsync(running);
        Assert.Equal(["status", "request_id", "response_url", "status_url", "cancel_url", "logs"], Names(body));
        Assert.Equal(JsonValueKind.Null, body.GetProperty("logs").ValueKind);

        body = await client.CompletedAsync(receipt);
        Assert.Equal(["status", "request_id", "response_url", "status_url", "cancel_url", "logs", "metrics"], Names(body));
        Assert.InRange(body.GetProperty("metrics").GetProperty("inference_time").GetDouble(), 0.5, 10);
    }

    [Fact]
    public async Task Logs_are_a_window_that_moves_on()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(0.05) });
        var status = await client.CompletedAsync(await client.SubmitAsync(), "?logs=true");
        var log = status.GetProperty("logs").EnumerateArray().ToList();
        Assert.Equal(3, log.Count);
        Assert.Equal("Output uploaded", log[^1].GetProperty("message").GetString());
        Assert.Equal(["message", "timestamp", "level", "source"], Names(log[0]));
    }

    [Fact]
    public async Task A_failure_of_the_model_does_not_show_in_the_status()
    {
        await using var client = await EmulatorClient.StartAsync();
        var status = await client.CompletedAsync(await client.SubmitAsync("https://example.com/noface.mp4"));
        Assert.False(status.TryGetProperty("error", out _));
    }

    [Fact]
    public async Task A_failure_of_the_gateway_does()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { QueueTime = TimeSpan.FromMinutes(1) });
        var receipt = await client.SubmitAsync();
        (await client.SendAsync(HttpMethod.Put, receipt.CancelUrl)).Dispose();
        var status = await client.CompletedAsync(receipt);
        Assert.Equal("client_cancelled", status.GetProperty("error_type").GetString());
        Assert.NotEmpty(status.GetProperty("error").GetString()!);
        Assert.Equal(JsonValueKind.Null, status.GetProperty("metrics").GetProperty("inference_time").ValueKind);
    }

    [Fact]
    public async Task A_trailing_slash_is_fine()
    {
        await using var client = await EmulatorClient.StartAsync();
        var receipt = await client.SubmitAsync();
        await client.CompletedAsync(receipt with { StatusUrl = receipt.StatusUrl + "/" });
    }

    [Theory]
    [InlineData("")]
    [InlineData("/status")]
    [InlineData("/status/stream")]
    public async Task An_unknown_id_is_not_found(string route)
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.GetAsync($"queue/fal-ai/kling-video/requests/{Guid.NewGuid()}{route}");
        Assert.Equal(404, (int)reply.StatusCode);
        Assert.Equal("""{"status":"NOT_FOUND"}""", await reply.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_address_built_from_the_full_endpoint_id_takes_no_get()
    {
        await using var client = await EmulatorClient.StartAsync();
        var receipt = await client.SubmitAsync();
        foreach (var tail in new[] { "", "/status", "/status/stream" })
        {
            using var reply = await client.GetAsync($"{EmulatorClient.Endpoint}/requests/{receipt.RequestId}{tail}");
            Assert.Equal(405, (int)reply.StatusCode);
            Assert.Equal(["POST"], reply.Content.Headers.Allow);
        }
    }

    [Fact]
    public async Task Wrong_verbs_are_refused()
    {
        await using var client = await EmulatorClient.StartAsync();
        var receipt = await client.SubmitAsync();
        foreach (var (method, url) in new[] { (HttpMethod.Post, receipt.StatusUrl), (HttpMethod.Post, receipt.CancelUrl), (HttpMethod.Get, receipt.CancelUrl), (HttpMethod.Delete, receipt.ResponseUrl) })
        {
            using var reply = await client.SendAsync(method, url);
            await EmulatorClient.AssertDetailAsync(reply, 405, "Method Not Allowed");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("queue")]
    [InlineData("queue/fal-ai/kling-video/requests/x/else")]
    [InlineData("rest/storage/elsewhere")]
    [InlineData("cdn/elsewhere")]
    [InlineData("elsewhere/x")]
    public async Task Unknown_paths_are_not_found(string path)
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.GetAsync(path);
        Assert.Equal(404, (int)reply.StatusCode);
    }

    private static IEnumerable<string> Names(JsonElement body) => body.EnumerateObject().Select(property => property.Name);
}
