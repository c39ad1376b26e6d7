using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

public class CancelTests
{
    [Fact]
    public async Task While_queued_it_is_removed_and_ends_as_499_unbilled()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { QueueTime = TimeSpan.FromMinutes(1) });
        var receipt = await client.SubmitAsync();
        await AssertCancelAsync(client, receipt, 200, "OK");

        using var result = await client.ResultAsync(receipt);
        Assert.Equal(499, (int)result.StatusCode);
        Assert.Equal("client_cancelled", EmulatorClient.Header(result, "x-fal-error-type"));
        Assert.Equal("0", EmulatorClient.Header(result, "x-fal-billable-units"));
        Assert.Equal(0, client.Server.Ledger().AmountUsd);
    }

    [Fact]
    public async Task While_running_it_is_asked_and_ends_as_499_billed()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMinutes(1) });
        var receipt = await client.SubmitAsync();
        await client.ReachesAsync(receipt, "IN_PROGRESS");
        await Task.Delay(50);
        await AssertCancelAsync(client, receipt, 202, "CANCELLATION_REQUESTED");

        using var result = await client.ResultAsync(receipt);
        Assert.Equal(499, (int)result.StatusCode);
        Assert.Null(EmulatorClient.Header(result, "x-fal-billable-units"));
        Assert.Equal(0.070m, client.Server.Ledger().AmountUsd);
    }

    [Fact]
    public async Task An_app_may_ignore_it_and_finish()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(0.3) });
        var receipt = await client.SubmitAsync("https://example.com/stubborn.mp4");
        await client.ReachesAsync(receipt, "IN_PROGRESS");
        await AssertCancelAsync(client, receipt, 202, "CANCELLATION_REQUESTED");
        using var result = await client.ResultAsync(receipt);
        Assert.Equal(200, (int)result.StatusCode);
    }

    [Fact]
    public async Task Too_late_the_result_stands()
    {
        await using var client = await EmulatorClient.StartAsync();
        var receipt = await client.SubmitAsync();
        await client.CompletedAsync(receipt);
        await AssertCancelAsync(client, receipt, 400, "ALREADY_COMPLETED");
        using var result = await client.GetAsync(receipt.ResponseUrl);
        Assert.Equal(200, (int)result.StatusCode);
    }

    [Fact]
    public async Task An_unknown_id_is_not_found()
    {
        await using var client = await EmulatorClient.StartAsync();
        var receipt = await client.SubmitAsync();
        await AssertCancelAsync(client, receipt with { CancelUrl = $"queue/fal-ai/kling-video/requests/{Guid.NewGuid()}/cancel" }, 404, "NOT_FOUND");
    }

    [Fact]
    public async Task A_removed_request_frees_its_place()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMinutes(1), Concurrency = 1 });
        await client.ReachesAsync(await client.SubmitAsync(), "IN_PROGRESS");
        var second = await client.SubmitAsync();
        var third = await client.SubmitAsync();
        Assert.Equal(1, third.QueuePosition);
        await AssertCancelAsync(client, second, 200, "OK");
        using var status = await client.GetAsync(third.StatusUrl);
        Assert.Equal(0, (await EmulatorClient.JsonAsync(status)).GetProperty("queue_position").GetInt32());
    }

    private static async Task AssertCancelAsync(EmulatorClient client, EmulatorClient.Receipt receipt, int code, string status)
    {
        using var reply = await client.SendAsync(HttpMethod.Put, receipt.CancelUrl);
        Assert.Equal(code, (int)reply.StatusCode);
        Assert.Equal($$"""{"status":"{{status}}"}""", await reply.Content.ReadAsStringAsync());
    }
}
