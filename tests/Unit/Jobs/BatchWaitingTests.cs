using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>How the runner hears of the end of accepted jobs, and what it believes.</summary>
public sealed class BatchWaitingTests : BatchScene
{
    [Fact]
    public async Task A_job_past_its_waiting_time_is_looked_at_before_it_is_given_up()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true });
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")], new BatchOptions { Timeout = TimeSpan.Zero }));
        Assert.Equal(LipSyncJobState.Saved, outcome.Job!.State);
    }

    [Fact]
    public async Task Waiting_ends_at_the_timeout_and_the_job_goes_on()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(30) });
        using var session = Session(fal);
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")], new BatchOptions { Timeout = TimeSpan.FromMilliseconds(300) }));
        Assert.Equal((LipSyncError.WaitTimeout, LipSyncJobState.Queued), (outcome.Error!.Error, outcome.Job!.State));
        Assert.Equal(0, fal.Ledger().Hits(EmulatorRoute.Cancel));
        var stopped = Assert.Single(await RunAsync(session, [Pair("a")], new BatchOptions { Timeout = TimeSpan.Zero, StopOnTimeout = true }));
        Assert.Equal(LipSyncError.WaitTimeout, stopped.Error!.Error);
        Assert.Equal(LipSyncCancelOutcome.Requested, stopped.Job!.CancelOutcome);
    }

    [Theory]
    [InlineData("noface", "face_detection_error", LipSyncBilled.Yes)]
    [InlineData("partner", "downstream_service_unavailable", LipSyncBilled.No)]
    public async Task A_failure_at_fal_names_itself_and_its_bill(string name, string type, LipSyncBilled billed)
    {
        await using var fal = await StartAsync();
        using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), new LeapingTime());
        var outcome = Assert.Single(await RunAsync(session, [Pair(name)]));
        Assert.Equal(LipSyncError.JobFailed, outcome.Error!.Error);
        Assert.Equal((LipSyncJobState.Failed, type, billed), (outcome.Job!.State, outcome.Job.ErrorType, outcome.Job.Billed));
    }

    [Fact]
    public async Task Polling_serves_where_the_stream_does_not()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Streaming = false, RunTime = TimeSpan.FromMilliseconds(50) });
        using var session = Session(fal);
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
        Assert.True(fal.Ledger().Hits(EmulatorRoute.Status) > 0);
    }

    [Fact]
    public async Task Polls_that_fail_end_nothing()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Streaming = false, RunTime = TimeSpan.FromMilliseconds(50) });
        using var session = Session(fal);
        await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true });
        fal.AddFaults(
            new Fault(EmulatorRoute.Status, FaultKind.Status) { Status = 401, Body = """{"detail":"x"}""", Times = 2 },
            new Fault(EmulatorRoute.Result, FaultKind.Status) { Status = 403, Body = """{"detail":"User is locked."}""", Times = 2 });
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
    }

    [Fact]
    public async Task A_job_that_fal_keeps_denying_is_lost_only_once_its_history_denies_it_too()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Streaming = false });
        using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), new LeapingTime());
        await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true });
        fal.AddFaults(
            new Fault(EmulatorRoute.Status, FaultKind.Status) { Status = 404, Body = """{"status":"NOT_FOUND"}""", Times = int.MaxValue },
            new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 503, Times = 4 },
            new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 200, Body = """{"items":[],"next_cursor":null,"has_more":false}""", Times = int.MaxValue });
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncError.JobLost, LipSyncJobState.Lost), (outcome.Error!.Error, outcome.Job!.State));
        Assert.True(fal.Ledger().Hits(EmulatorRoute.History) > 4);
        Assert.True(fal.Ledger().Hits(EmulatorRoute.Status) > 3);
        Assert.Single(fal.Ledger().Requests);
    }

    [Fact]
    public async Task A_job_past_its_waiting_time_that_failed_at_fal_is_settled()
    {
        await using var fal = await StartAsync();
        using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), new LeapingTime());
        await RunAsync(session, [Pair("crash")], new BatchOptions { NoWait = true });
        var outcome = Assert.Single(await RunAsync(session, [Pair("crash")], new BatchOptions { Timeout = TimeSpan.Zero }));
        Assert.Equal((LipSyncError.JobFailed, LipSyncBilled.No), (outcome.Error!.Error, outcome.Job!.Billed));
    }

    [Fact]
    public async Task A_failure_that_only_the_result_call_tells_of_is_not_paid_for_again()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Result, FaultKind.Status) { Status = 500, Body = """{"detail":"Internal Server Error"}""", Times = 0 });
        using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), new LeapingTime());
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncJobState.Saved, LipSyncBilled.Yes), (outcome.Job!.State, outcome.Job.Billed));
        Assert.Single(fal.Ledger().Requests);
    }
}
