using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

public class ControlTests
{
    [Fact]
    public async Task The_ledger_over_http_has_the_agreed_names()
    {
        await using var client = await EmulatorClient.StartAsync();
        await client.UploadAsync("clip.mp4", TestMovie.OfSeconds(5));
        using var result = await client.ResultAsync(await client.SubmitAsync());
        using var reply = await client.SendAsync(HttpMethod.Get, "_emulator/ledger", authorization: null);
        var body = await EmulatorClient.JsonAsync(reply);

        Assert.Equal(
            ["submit", "status", "stream", "result", "cancel", "initiate", "put", "part", "complete", "token", "upload", "download", "history", "delete_payloads"],
            body.GetProperty("counts").EnumerateObject().Select(count => count.Name));
        var request = body.GetProperty("requests")[0];
        foreach (var name in new[] { "request_id", "endpoint_id", "input", "received_at", "state", "billed_seconds", "amount_usd", "output_sha256", "output_bytes", "output_url" })
            Assert.True(request.TryGetProperty(name, out _), name);
        Assert.Equal(0.07m, request.GetProperty("amount_usd").GetDecimal());
        foreach (var name in new[] { "url", "bytes", "sha256" })
            Assert.True(body.GetProperty("uploads")[0].TryGetProperty(name, out _), name);
        Assert.Equal(0, body.GetProperty("key_leaks").GetInt32());
    }

    [Fact]
    public async Task Counts_hold_every_hit_of_a_route()
    {
        await using var client = await EmulatorClient.StartAsync();
        var receipt = await client.SubmitAsync();
        (await client.SendAsync(HttpMethod.Get, receipt.StatusUrl, authorization: "Key no:body")).Dispose();
        (await client.SendAsync(HttpMethod.Post, receipt.StatusUrl)).Dispose();
        Assert.Equal(1, client.Server.Ledger().Hits(EmulatorRoute.Status));
    }

    [Fact]
    public async Task Reset_forgets_everything()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMinutes(1), Concurrency = 1 });
        var url = await client.UploadAsync("clip.mp4", TestMovie.OfSeconds(5));
        var running = await client.SubmitAsync(url);
        await client.ReachesAsync(running, "IN_PROGRESS");
        client.Server.Lock();
        client.Server.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetBeforeAccept));
        using (var reset = await client.PostAsync("_emulator/reset", ""))
            Assert.Equal(204, (int)reset.StatusCode);

        var ledger = client.Server.Ledger();
        Assert.Empty(ledger.Requests);
        Assert.Empty(ledger.Uploads);
        Assert.All(ledger.Counts.Values, count => Assert.Equal(0, count));
        using (var status = await client.GetAsync(running.StatusUrl))
            Assert.Equal(404, (int)status.StatusCode);
        using (var file = await client.DownloadAsync(url))
            Assert.Equal(404, (int)file.StatusCode);
        await client.ReachesAsync(await client.SubmitAsync(), "IN_PROGRESS");
    }

    [Fact]
    public async Task Emulators_in_one_process_do_not_mix()
    {
        await using var one = await EmulatorClient.StartAsync();
        await using var other = await EmulatorClient.StartAsync();
        one.Server.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetBeforeAccept));
        await other.SubmitAsync();
        Assert.Empty(one.Server.Ledger().Requests);
        Assert.NotEqual(one.Server.Url, other.Server.Url);
    }

    [Fact]
    public async Task Disposed_in_the_middle_of_everything_it_goes_at_once()
    {
        var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMinutes(1) });
        var receipt = await client.SubmitAsync();
        var stream = client.SendAsync(HttpMethod.Get, receipt.StatusUrl + "/stream");
        await client.ReachesAsync(receipt, "IN_PROGRESS");
        await Task.Delay(50);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await client.Server.DisposeAsync();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => stream);
        await client.DisposeAsync();
    }
}
