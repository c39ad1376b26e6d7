using System.Diagnostics;
using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

public class QueueTests
{
    private static readonly EmulatorOptions OneAtATime = EmulatorOptions.Instant with { RunTime = TimeSpan.FromMinutes(1), Concurrency = 1 };

    [Fact]
    public async Task Only_so_many_run_at_once_and_the_rest_keep_their_order()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(0.1), Concurrency = 2 });
        List<EmulatorClient.Receipt> receipts = [];
        for (var i = 0; i < 6; i++)
            receipts.Add(await client.SubmitAsync());
        foreach (var receipt in receipts)
            await client.CompletedAsync(receipt);

        var requests = client.Server.Ledger().Requests;
        Assert.Equal(receipts.Select(receipt => receipt.RequestId), requests.Select(request => request.RequestId));
        for (var i = 2; i < requests.Count; i++)
            Assert.True(requests[i].StartedAt >= requests.Take(i).Select(request => request.EndedAt).Order().ElementAt(i - 2), $"request {i} started while two others ran");
        Assert.Equal(requests.Select(request => request.StartedAt).Order(), requests.Select(request => request.StartedAt));
    }

    [Fact]
    public async Task A_run_takes_a_time_of_its_own_where_a_longest_one_is_given()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { LongestRunTime = TimeSpan.FromDays(100) });
        await client.ReachesAsync(await client.SubmitAsync(), "IN_PROGRESS");
    }

    [Fact]
    public async Task Low_priority_waits_behind_normal()
    {
        await using var client = await EmulatorClient.StartAsync(OneAtATime);
        await client.SubmitAsync();
        var low = await client.SubmitAsync(headers: [("X-Fal-Queue-Priority", "low")]);
        var normal = await client.SubmitAsync(headers: [("X-Fal-Queue-Priority", "normal")]);
        Assert.Equal(0, normal.QueuePosition);
        using var status = await client.GetAsync(low.StatusUrl);
        Assert.Equal(1, (await EmulatorClient.JsonAsync(status)).GetProperty("queue_position").GetInt32());
    }

    [Theory]
    [InlineData("X-Fal-Request-Start-Timeout")]
    [InlineData("X-Fal-Request-Timeout")]
    public async Task What_does_not_start_in_time_ends_as_504_of_the_user(string header)
    {
        await using var client = await EmulatorClient.StartAsync(OneAtATime);
        await client.ReachesAsync(await client.SubmitAsync(), "IN_PROGRESS");
        var late = await client.SubmitAsync(headers: [(header, "0.2")]);
        using var result = await client.ResultAsync(late);
        Assert.Equal(504, (int)result.StatusCode);
        Assert.Equal("user", EmulatorClient.Header(result, "X-Fal-Request-Timeout-Type"));
        Assert.Equal("request_timeout", (await EmulatorClient.JsonAsync(result)).GetProperty("error_type").GetString());
        Assert.Equal(0, client.Server.Ledger().Requests[1].AmountUsd);
        Assert.Null(client.Server.Ledger().Requests[1].StartedAt);
    }

    [Fact]
    public async Task The_start_timeout_is_none_of_the_run()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(0.5) });
        using var result = await client.ResultAsync(await client.SubmitAsync(headers: [("X-Fal-Request-Start-Timeout", "0.2")]));
        Assert.Equal(200, (int)result.StatusCode);
    }

    [Fact]
    public async Task A_queue_longer_than_the_caller_bears_refuses()
    {
        await using var client = await EmulatorClient.StartAsync(OneAtATime);
        for (var i = 0; i < 3; i++)
            await client.SubmitAsync();
        using var refused = await client.PostAsync(EmulatorClient.Endpoint + "?fal_max_queue_length=1", "{}");
        Assert.Equal(429, (int)refused.StatusCode);
        using var taken = await client.PostAsync(EmulatorClient.Endpoint + "?fal_max_queue_length=2", "{}");
        Assert.Equal(200, (int)taken.StatusCode);
        Assert.Equal(4, client.Server.Ledger().Requests.Count);
    }

    [Fact]
    public async Task Every_request_gets_its_turn_however_its_timer_falls()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { QueueTime = TimeSpan.FromMilliseconds(3) });
        for (var i = 0; i < 100; i++)
            await client.CompletedAsync(await client.SubmitAsync());
    }

    [Fact]
    public async Task It_is_fast()
    {
        const int Jobs = 2000;
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { Concurrency = 1000 });
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0, Jobs, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) =>
        {
            var receipt = await client.SubmitAsync();
            using var result = await client.ResultAsync(receipt);
            Assert.Equal(200, (int)result.StatusCode);
        });
        // Three requests a job. The bound is loose: it has to hold on a busy machine, client included.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{Jobs} jobs took {watch.Elapsed}");
        Assert.Equal(Jobs, client.Server.Ledger().Requests.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Jobs * 3 / watch.Elapsed.TotalSeconds:0} requests/s");
    }
}
