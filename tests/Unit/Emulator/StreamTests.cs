using System.Text.Json;
using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

public class StreamTests
{
    [Fact]
    public async Task It_tells_every_state_and_ends_after_completed()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { QueueTime = TimeSpan.FromSeconds(0.8), RunTime = TimeSpan.FromSeconds(0.4) });
        var receipt = await client.SubmitAsync();
        using var reply = await client.GetAsync(receipt.StatusUrl + "/stream");
        Assert.Equal("text/event-stream", reply.Content.Headers.ContentType?.MediaType);
        Assert.Equal(receipt.RequestId, EmulatorClient.Header(reply, "x-fal-request-id"));
        var events = Events(await reply.Content.ReadAsStringAsync());
        Assert.Equal(["IN_QUEUE", "IN_PROGRESS", "COMPLETED"], events.Select(status => status.GetProperty("status").GetString()));
        Assert.Equal(JsonValueKind.Null, events[^1].GetProperty("logs").ValueKind);
    }

    [Fact]
    public async Task Each_log_line_comes_once()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(0.1), QueueTime = TimeSpan.FromSeconds(0.05) });
        var receipt = await client.SubmitAsync();
        using var reply = await client.GetAsync(receipt.StatusUrl + "/stream?logs=1");
        var lines = Events(await reply.Content.ReadAsStringAsync())
            .Where(status => status.TryGetProperty("logs", out _))
            .SelectMany(status => status.GetProperty("logs").EnumerateArray().Select(line => line.GetProperty("message").GetString()!))
            .ToList();
        Assert.Equal(7, lines.Count);
        Assert.Equal(lines.Distinct(), lines);
        Assert.Equal("Downloading the inputs", lines[0]);
        Assert.Equal("Output uploaded", lines[^1]);
    }

    [Fact]
    public async Task Comments_keep_a_silent_one_alive()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(0.5), StreamKeepAlive = TimeSpan.FromSeconds(0.1) });
        var receipt = await client.SubmitAsync();
        using var reply = await client.GetAsync(receipt.StatusUrl + "/stream");
        var text = await reply.Content.ReadAsStringAsync();
        Assert.Contains("\n\n: ", text);
        Assert.Equal("COMPLETED", Events(text)[^1].GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_place_in_the_queue_moves()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMinutes(1), Concurrency = 1 });
        await client.SubmitAsync();
        var second = await client.SubmitAsync();
        var third = await client.SubmitAsync();
        using var reply = await client.SendAsync(HttpMethod.Get, third.StatusUrl + "/stream", until: HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync());
        Assert.Contains("\"queue_position\":1", await lines.ReadLineAsync());
        (await client.SendAsync(HttpMethod.Put, second.CancelUrl)).Dispose();
        string? line;
        do
            line = await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10));
        while (line == "");
        Assert.Contains("\"queue_position\":0", line);
    }

    [Fact]
    public async Task Switched_off_it_is_not_there_and_clients_poll()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { Streaming = false });
        var receipt = await client.SubmitAsync();
        using var reply = await client.GetAsync(receipt.StatusUrl + "/stream");
        Assert.Equal(404, (int)reply.StatusCode);
        Assert.Equal(1, client.Server.Ledger().Hits(EmulatorRoute.Stream));
        await client.CompletedAsync(receipt);
    }

    private static List<JsonElement> Events(string text) =>
        [.. text.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line["data: ".Length..]))];
}
