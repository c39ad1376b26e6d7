using KlingLipSync.Emulator;
using KlingLipSync.Jobs;
using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>Batches of blocking calls: what each answer leaves in the store.</summary>
public sealed class BlockingCallTests : BatchScene
{
    private static readonly BatchOptions Blocking = new() { Synchronous = true, StartTimeout = TimeSpan.FromMinutes(5), ThrottleLimit = 2 };

    [Fact]
    public async Task Result_and_receipt_come_in_one_answer_and_nothing_is_asked_after_it()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);

        var outcomes = await RunAsync(session, [Pair("a"), Pair("b")], Blocking);

        Assert.All(outcomes, o => Assert.Equal((null, true, LipSyncJobState.Saved, LipSyncBilled.Yes), (o.Error, o.IsSubmitted, o.Job!.State, o.Job.Billed)));
        AssertFilesMatch(fal.Ledger(), outcomes);
        var ledger = fal.Ledger();
        Assert.Equal((2, 2), (ledger.Requests.Count, ledger.Hits(EmulatorRoute.Submit)));
        // One status: the first question of every batch, whether fal knows the key.
        Assert.Equal((1, 0, 0), (ledger.Hits(EmulatorRoute.Status), ledger.Hits(EmulatorRoute.Stream), ledger.Hits(EmulatorRoute.Result)));
        Assert.All(ledger.Requests, r => Assert.DoesNotContain("x-fal-queue-priority", r.Headers.Keys));

        // Accepted when it was sent, and not when its answer came.
        Assert.All(outcomes, o => Assert.True(o.Job!.SubmittedAt <= o.Job.CompletedAt));
        Assert.All(await RunAsync(session, [Pair("a"), Pair("b")], Blocking), o => Assert.True(o.Job!.Reused));
        Assert.Equal(2, fal.Ledger().Requests.Count);
    }

    [Theory]
    [InlineData("noface", LipSyncBilled.Yes, "face_detection_error", false)]
    [InlineData("policy", LipSyncBilled.Yes, "content_policy_violation", false)]
    [InlineData("crash", LipSyncBilled.No, "internal_server_error", true)]
    public async Task A_models_failure_ends_the_job_by_the_rules_of_every_result(string name, LipSyncBilled billed, string type, bool retryable)
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);

        var outcome = Assert.Single(await RunAsync(session, [Pair(name)], Blocking));

        Assert.Equal((LipSyncError.JobFailed, true), (outcome.Error!.Error, outcome.IsSubmitted));
        Assert.Equal((LipSyncJobState.Failed, billed, type, retryable), (outcome.Job!.State, outcome.Job.Billed, outcome.Job.ErrorType, outcome.Job.Retryable));

        // A server's failure lets the pair be paid for again, so that it is looked at once more before it is believed.
        Assert.Equal(name == "crash", fal.Ledger().Hits(EmulatorRoute.Result) >= 3);
        Assert.Single(fal.Ledger().Requests);
    }

    [Fact]
    public async Task A_lost_answer_is_found_in_the_history_and_collected()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetAfterAccept));

        var outcome = Assert.Single(await RunAsync(session, [Pair("a")], Blocking));

        Assert.Equal((null, LipSyncJobState.Saved), (outcome.Error, outcome.Job!.State));
        Assert.Equal((1, 1), (fal.Ledger().Requests.Count, fal.Ledger().Hits(EmulatorRoute.Submit)));
    }

    [Fact]
    public async Task One_that_is_not_found_is_held_and_not_sent_again()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetBeforeAccept));

        for (var time = 0; time < 2; time++)
        {
            var outcome = Assert.Single(await RunAsync(session, [Pair("a")], Blocking));
            Assert.Equal((LipSyncError.SubmitUnconfirmed, LipSyncJobState.Unconfirmed, LipSyncBilled.Unknown), (outcome.Error!.Error, outcome.Job!.State, outcome.Job.Billed));
        }

        Assert.Equal((0, 1), (fal.Ledger().Requests.Count, fal.Ledger().Hits(EmulatorRoute.Submit)));

        // It counts as spent until it is proven that fal never had it.
        session.Store.SetBudget(session.BudgetScope, LipSyncBudgetPeriod.Day, 1m);
        Assert.Equal(LipSyncPrice.Unknown.Usd, Assert.Single(session.BudgetsAtMost()).Spent);
    }

    [Fact]
    public async Task A_result_cut_on_its_way_is_a_receipt_and_is_fetched_from_the_queue()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.Truncate) { Bytes = 10 });

        var outcome = Assert.Single(await RunAsync(session, [Pair("a")], Blocking));

        Assert.Equal((null, LipSyncJobState.Saved), (outcome.Error, outcome.Job!.State));
        Assert.Equal((1, 1), (fal.Ledger().Requests.Count, fal.Ledger().Hits(EmulatorRoute.Submit)));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refused_call_gives_the_reservation_back_and_stops_spending(int status)
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        session.Store.SetBudget(session.BudgetScope, LipSyncBudgetPeriod.Day, 1m);
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.Status) { Status = status, Body = """{"detail":"no"}""", Times = 0 });

        var (outcomes, stopped) = await RunBatchAsync(session, [Pair("a"), Pair("b"), Pair("c")], Blocking with { ThrottleLimit = 1 });

        Assert.NotNull(stopped);
        Assert.All(outcomes, o => Assert.True(o.IsUnsent));
        Assert.Equal(1, fal.Ledger().Hits(EmulatorRoute.Submit));
        Assert.Equal((0m, 0m), (Assert.Single(session.BudgetsAtMost()).Spent, Assert.Single(session.BudgetsAtMost()).Reserved));
    }

    [Fact]
    public async Task What_is_more_than_the_account_may_run_is_refused_and_not_billed()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Concurrency = 1, RunTime = TimeSpan.FromMilliseconds(300) });
        using var session = Session(fal);

        var outcomes = await RunAsync(session, [Pair("a"), Pair("b")], Blocking);

        Assert.Contains(outcomes, o => o.Error is null);
        Assert.All(outcomes.Where(o => o.Error is not null), o => Assert.Equal((LipSyncError.SubmitRefused, LipSyncBilled.No), (o.Error!.Error, o.Job!.Billed)));
        Assert.Equal(outcomes.Count(o => o.Error is null), fal.Ledger().Requests.Count);
    }
}
