using KlingLipSync.Emulator;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>What the runner sends, keeps back, and stops spending for.</summary>
public sealed class BatchSpendingTests : BatchScene
{
    [Theory]
    [InlineData(401, """{"detail":"No user found for Key ID and Secret"}""", LipSyncError.ApiKeyRejected)]
    [InlineData(403, """{"detail":"User is locked."}""", LipSyncError.AccountLocked)]
    [InlineData(200, "<html>log in</html>", LipSyncError.EndpointNotFal)]
    public async Task A_door_that_does_not_open_stops_the_batch_before_its_first_upload(int status, string body, LipSyncError reason)
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Status, FaultKind.Status) { Status = status, Body = body, Times = int.MaxValue });
        using var session = Session(fal);
        var run = await RunBatchAsync(session, [Pair("a"), Pair("b")], null);
        Assert.Equal(reason, run.Stopped!.Error);
        Assert.All(run.Outcomes, o => Assert.True(o.IsUnsent));
        Assert.Equal(0, fal.Ledger().Hits(EmulatorRoute.Initiate));
        Assert.Equal(1, fal.Ledger().Hits(EmulatorRoute.Status));
    }

    [Fact]
    public async Task A_throttled_submit_is_refused_waited_for_and_sent_again()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.Status) { Status = 429, Times = 2, Headers = new Dictionary<string, string> { ["Retry-After"] = "7" } });
        using var session = Session(fal);
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal(LipSyncJobState.Saved, outcome.Job!.State);
        Assert.Single(fal.Ledger().Requests);
        Assert.Contains(time.Waits, wait => wait >= TimeSpan.FromSeconds(7) && wait < TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task A_locked_account_stops_spending_and_collects_what_runs()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true });
        fal.AddFaults(
            new Fault(EmulatorRoute.Initiate, FaultKind.Status) { Status = 403, Body = """{"detail":"User is locked. Reason: Exhausted balance."}""", Times = int.MaxValue });
        var run = await RunBatchAsync(session, [Pair("a"), Pair("b"), Pair("c")], new BatchOptions { ThrottleLimit = 1 });
        Assert.Equal(LipSyncError.AccountLocked, run.Stopped!.Error);
        Assert.Equal([false, true, true], run.Outcomes.Select(o => o.IsUnsent));
        Assert.Equal(LipSyncJobState.Saved, run.Outcomes[0].Job!.State);
        Assert.Equal(1, fal.Ledger().Hits(EmulatorRoute.Initiate) - 2);
        fal.ClearFaults();
        Assert.All(await RunAsync(session, [Pair("a"), Pair("b"), Pair("c")]), o => Assert.Equal(LipSyncJobState.Saved, o.Job!.State));
        Assert.Equal(3, fal.Ledger().Requests.Count);
    }

    [Fact]
    public async Task A_file_that_changes_after_its_hash_is_not_paid_for()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var pair = Pair("a");
        var info = new FileInfo(pair.Video.Path!);
        session.Store.CacheHash(info.FullName, info.Length, info.LastWriteTimeUtc, new string('0', 64));
        Assert.Equal(LipSyncError.FileChanged, Assert.Single(await RunAsync(session, [pair])).Error!.Error);
        Assert.Empty(fal.Ledger().Requests);
    }

    [Fact]
    public async Task A_refused_resubmission_neither_forgets_the_payment_nor_pays_later()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        await RunAsync(session, [Pair("a")]);
        var again = new BatchOptions { ResubmitBefore = time.GetUtcNow().AddMinutes(1) };
        Assert.Equal(LipSyncError.OutputExists, Assert.Single(await RunAsync(session, [Pair("a")], again)).Error!.Error);
        var rerun = Assert.Single(await RunAsync(session, [Pair("a") with { Target = Target("out") with { Overwrite = true } }]));
        Assert.Equal((LipSyncJobState.Saved, true), (rerun.Job!.State, rerun.Job.Reused));
        Assert.Single(fal.Ledger().Requests);
    }

    [Theory]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT")]
    [InlineData("Thu, 01 Jan 2099 00:00:00 GMT")]
    public async Task A_throttle_with_a_date_that_makes_no_sense_is_waited_out_sensibly(string retryAfter)
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.Status) { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = retryAfter } });
        using var session = Session(fal);
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
        Assert.All(time.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(75)));
    }

    [Fact]
    public async Task A_web_page_in_place_of_the_upload_is_no_upload()
    {
        await using var fal = await StartAsync();
        var page = new Fault(EmulatorRoute.Put, FaultKind.Status)
        {
            Status = 200,
            Body = "<!DOCTYPE html><p>Log in</p>",
            Headers = new Dictionary<string, string> { ["Content-Type"] = "text/html" },
        };
        fal.AddFaults(page);
        using var session = Session(fal);
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
        Assert.Equal(3, fal.Ledger().Hits(EmulatorRoute.Initiate));
        fal.AddFaults(page with { Times = 0 });
        Assert.Equal(LipSyncError.UploadFailed, Assert.Single(await RunAsync(session, [Pair("b")])).Error!.Error);
        Assert.Equal(1, fal.Ledger().Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task After_an_error_that_stops_nothing_goes_out_of_those_that_wait_for_their_place()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);

        // The first is refused at once; all others are still out then.
        fal.AddFaults(
            new Fault(EmulatorRoute.Submit, FaultKind.Status) { Status = 422, Body = """{"detail":"no"}""" },
            new Fault(EmulatorRoute.Submit, FaultKind.SlowHeaders) { Milliseconds = 2000, Times = 0 });
        var pairs = Enumerable.Range(0, 100).Select(n => new PlannedPair
        {
            Input = new LipSyncInput(),
            Video = MediaInput.Of(null, $"https://example.com/{n}.mp4"),
            Audio = MediaInput.Of(null, "https://example.com/a.wav"),
        }).ToList();

        var (outcomes, stopped) = await RunBatchAsync(session, pairs, new BatchOptions { ThrottleLimit = pairs.Count, StopAtError = true, NoWait = true });

        // Those whose requests were out when the first one failed, and no more.
        Assert.Equal(LipSyncError.SubmitRefused, stopped!.Error);
        Assert.Single(outcomes, o => o.Error is not null);
        Assert.InRange(fal.Ledger().Hits(EmulatorRoute.Submit), 1, 16);
        Assert.Equal(pairs.Count - fal.Ledger().Hits(EmulatorRoute.Submit), outcomes.Count(o => o.IsUnsent));
    }
}
