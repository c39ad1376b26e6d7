using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>Results are collected before they are gone, and asked for in fal's history before they are given up.</summary>
public sealed class RetentionTests : BatchScene
{
    [Fact]
    public async Task What_the_queue_has_forgotten_is_taken_from_the_history()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { PayloadRetention = TimeSpan.Zero });
        using var session = Leaping(fal);
        await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true });
        await Task.Delay(300);
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncJobState.Saved, LipSyncBilled.Yes), (outcome.Job!.State, outcome.Job.Billed));
        AssertFilesMatch(fal.Ledger(), [outcome]);
    }

    [Fact]
    public async Task A_failure_that_the_queue_has_forgotten_is_taken_from_the_history()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { PayloadRetention = TimeSpan.Zero });
        using var session = Leaping(fal);
        await RunAsync(session, [Pair("crash")], new BatchOptions { NoWait = true });
        await Task.Delay(300);
        var outcome = Assert.Single(await RunAsync(session, [Pair("crash")]));
        Assert.Equal((LipSyncError.JobFailed, LipSyncBilled.No), (outcome.Error!.Error, outcome.Job!.Billed));
    }

    [Fact]
    public async Task Without_payloads_in_the_history_it_is_lost_and_says_why()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { PayloadStorage = false, ResultRetention = TimeSpan.Zero });
        using var session = Leaping(fal);
        await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true });
        await Task.Delay(300);
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncError.JobLost, LipSyncJobState.Lost), (outcome.Error!.Error, outcome.Job!.State));
        Assert.Contains("neither in its queue nor in its history", outcome.Error.Message, StringComparison.Ordinal);
        Assert.Equal(LipSyncBilled.Unknown, outcome.Job.Billed);

        // And it is not paid for again by itself.
        Assert.Equal(LipSyncError.JobLost, Assert.Single(await RunAsync(session, [Pair("a")])).Error!.Error);
        Assert.Single(fal.Ledger().Requests);
    }

    [Fact]
    public async Task Without_the_history_nothing_is_given_up()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { PayloadRetention = TimeSpan.Zero });
        fal.AddFaults(new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 503, Times = 0 });
        using var session = Leaping(fal);
        await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true });
        await Task.Delay(300);
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")], new BatchOptions { Timeout = TimeSpan.Zero }));
        Assert.Equal(LipSyncJobState.Queued, outcome.Job!.State);
        fal.ClearFaults();
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
    }

    [Fact]
    public async Task What_the_history_lists_as_running_is_not_given_up()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { PayloadRetention = TimeSpan.Zero });
        using var session = Leaping(fal);
        var job = Assert.Single(await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true })).Job!;
        await Task.Delay(300);
        fal.AddFaults(new Fault(EmulatorRoute.History, FaultKind.Status)
        {
            Status = 200,
            Body = $$"""{"items":[{"request_id":"{{job.RequestId}}","sent_at":"2026-01-01T00:00:00Z"}],"has_more":false}""",
            Times = 0,
        });
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")], new BatchOptions { Timeout = TimeSpan.Zero }));
        Assert.Equal(LipSyncJobState.Queued, outcome.Job!.State);
        fal.ClearFaults();
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
    }

    [Fact]
    public async Task The_nearest_deadline_is_collected_first()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        string[] names = ["a", "b", "c", "d"];
        var jobs = new Dictionary<string, LipSyncJob>();
        foreach (var name in names)
        {
            jobs[name] = Assert.Single(await RunAsync(session, [Pair(name)], new BatchOptions { NoWait = true })).Job!;
        }

        using (var raw = StoreFile.Open(scratch.File("store"), TimeProvider.System))
        {
            foreach (var (name, minutes) in new[] { ("a", 50), ("b", 5), ("c", 30), ("d", 1) })
            {
                raw.Run("UPDATE attempts SET collect_before = $at WHERE job_id = $id", ("$id", jobs[name].Id), ("$at", DateTimeOffset.UtcNow.AddMinutes(minutes).Milliseconds()));
            }
        }

        var outcomes = await RunAsync(session, [Pair("new"), .. names.Select(Pair)], new BatchOptions { ThrottleLimit = 1 });
        Assert.Equal(["d.mp4", "b.mp4", "c.mp4", "a.mp4", "new.mp4"], outcomes.Select(o => Path.GetFileName(o.Pair.Video.Path)));
    }

    private LipSyncSession Leaping(EmulatorServer fal) =>
        new(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), new LeapingTime(), () => 0.5);
}
