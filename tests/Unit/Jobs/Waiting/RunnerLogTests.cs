using System.Collections.Concurrent;
using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Tests.Unit.Fal;

namespace KlingLipSync.Tests.Unit.Jobs.Waiting;

/// <summary>The runner's log of an emulated job: each line once, by streams, by looks and by both in turn.</summary>
public sealed class RunnerLogTests : WaitingScene
{
    private static readonly string[] Whole =
    [
        "Downloading the inputs", "Inputs accepted: 5 s of video will be billed", "Progress: 25 %", "Progress: 50 %", "Progress: 75 %", "Progress: 100 %", "Output uploaded",
    ];

    public static TheoryData<string> Ways => ["stream", "looks", "both"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Comes_once_and_whole(string way)
    {
        await using var fal = await EmulatorServer.StartAsync(Held with { Streaming = way != "looks" });
        using var session = Session(fal, TimeProvider.System);
        var job = Assert.Single(await AcceptedAsync(session, 1));
        if (way == "both")
        {
            fal.AddFaults(new Fault(EmulatorRoute.Stream, FaultKind.CloseStream) { Times = 2 });
        }

        var told = new ConcurrentQueue<string>();
        var seen = new ConcurrentQueue<LipSyncJob>();
        var waiting = new JobWaiter(session, logged: (of, line) => told.Enqueue($"{of.Id} {line.Message}")).WaitAsync(job, seen.Enqueue, CancellationToken.None);

        // The next lines come when these are known: fal shows the newest three.
        for (var known = 2; known < 6; known++)
        {
            await Until(() => told.Count >= known);
            await Task.Delay(50);
            stages.Advance(Stage);
        }

        var ended = await waiting;

        Assert.Equal(Whole, ended.Log.Select(line => line.Message));
        Assert.Equal(Whole.Select(line => $"{job.Id} {line}"), told);
        Assert.All(ended.Log, line => Assert.Equal(("INFO", "USER"), (line.Level, line.Source)));
        Assert.Equal(ended.Log.Select(line => line.Timestamp).Order(), ended.Log.Select(line => line.Timestamp));
        Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.True(pair.First.Log.Count <= pair.Second.Log.Count));
        Assert.Equal(ended.Log, seen.Last().Log);
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "?logs=1")]
    public async Task Is_asked_for_only_when_it_is_wanted(bool isWanted, string query)
    {
        await using var server = new WireServer(request => request.Target.Contains("/stream", StringComparison.Ordinal)
            ? WireAnswer.Json(404, "{}")
            : WireAnswer.Json(202, Wire.Status("IN_PROGRESS")));
        await WatchAsync(server, isWanted, requests: 4);

        Assert.Contains(server.Requests, r => r.Target.Contains("/stream", StringComparison.Ordinal));
        Assert.All(server.Requests, r => Assert.EndsWith((r.Target.Contains("/stream", StringComparison.Ordinal) ? "/status/stream" : "/status") + query, r.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Is_left_out_where_it_is_too_long_to_be_read()
    {
        var log = $$""","logs":[{"message":"{{new string('x', 1 << 20)}}"}]""";
        await using var server = new WireServer(request => request.Target.Contains("/stream", StringComparison.Ordinal)
            ? WireAnswer.Json(404, "{}")
            : WireAnswer.Json(202, Wire.Status("IN_PROGRESS", request.Target.Contains("logs=1", StringComparison.Ordinal) ? log : "")));

        Assert.True(await WatchAsync(server, isWanted: true, requests: 4) > 0);
        Assert.Contains(server.Requests, r => r.Target.EndsWith("/status", StringComparison.Ordinal));
    }

    /// <summary>Waits for a job that never ends until so many requests came; returns how often it was seen.</summary>
    private async Task<int> WatchAsync(WireServer server, bool isWanted, int requests)
    {
        using var session = new LipSyncSession(FalEndpoint.Parse(server.Url), FalCredential.Parse(Wire.Key), scratch.File("store"), new HurriedTime(), () => 0.5);
        var job = Unknown(session);
        var seen = 0;
        using var stop = new CancellationTokenSource();
        var waiting = new JobWaiter(session, logged: isWanted ? (_, _) => { } : null).WaitAsync(job, _ => Interlocked.Increment(ref seen), stop.Token);
        while (server.Requests.Length < requests)
        {
            Assert.False(waiting.IsCompleted);
            await Task.Delay(5);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        return seen;
    }
}
