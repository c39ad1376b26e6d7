using System.Diagnostics;
using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>Paid requests whose answer was lost: found in fal's history, proven absent, or held.</summary>
public sealed class SettlementTests : BatchScene
{
    private static readonly BatchOptions Resubmit = new() { OnUnconfirmed = LipSyncUnconfirmedAction.Resubmit };
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(0.5);
    private static readonly Fault LostAnswer = new(EmulatorRoute.Submit, FaultKind.ResetAfterAccept);
    private static readonly Fault LostRequest = new(EmulatorRoute.Submit, FaultKind.ResetBeforeAccept);

    [Fact]
    public async Task A_lost_answer_is_found_and_the_job_finished_by_the_same_run()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(LostAnswer);
        using var session = Session(fal);
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncJobState.Saved, true, false), (outcome.Job!.State, outcome.IsSubmitted, outcome.Job.Reused));
        AssertFilesMatch(fal.Ledger(), [outcome]);
        Assert.Single(fal.Ledger().Requests);
    }

    [Fact]
    public async Task While_history_lags_the_job_is_held_and_a_later_run_finds_it()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { HistoryLag = TimeSpan.FromSeconds(1.5) });
        fal.AddFaults(LostAnswer);
        using var session = Session(fal);
        var held = Assert.Single(await RunAsync(session, [Pair("a")], Resubmit));
        Assert.Equal((LipSyncError.SubmitUnconfirmed, LipSyncJobState.Unconfirmed), (held.Error!.Error, held.Job!.State));
        Assert.Contains("can be proven from", held.Error.Message, StringComparison.Ordinal);
        await Task.Delay(1700);
        var found = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncJobState.Saved, true), (found.Job!.State, found.Job.Reused));
        Assert.Single(fal.Ledger().Requests);
    }

    [Fact]
    public async Task A_request_that_still_runs_is_not_listed_and_not_taken_for_absent()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(1.2) });
        fal.AddFaults(LostAnswer);
        using var session = Session(fal);
        Assert.Equal(LipSyncError.SubmitUnconfirmed, Assert.Single(await RunAsync(session, [Pair("a")], Resubmit)).Error!.Error);
        await Task.Delay(1400);
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")], Resubmit)).Job!.State);
        Assert.Single(fal.Ledger().Requests);
    }

    [Fact]
    public async Task It_is_found_on_the_last_of_several_pages()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(LostAnswer);
        using var session = Session(fal);
        fal.AddFaults(new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 500, Times = 2 });
        Assert.Equal(LipSyncError.SubmitUnconfirmed, Assert.Single(await RunAsync(session, [Pair("a")])).Error!.Error);
        Assert.All(await RunAsync(session, [.. Enumerable.Range(0, 230).Select(Urls)], new BatchOptions { ThrottleLimit = 16 }), o => Assert.Null(o.Error));
        var before = fal.Ledger().Hits(EmulatorRoute.History);
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
        Assert.Equal(231, fal.Ledger().Requests.Count);

        // The run of the 230 has found it already: nothing is in doubt any more.
        Assert.Equal(before, fal.Ledger().Hits(EmulatorRoute.History));
    }

    [Fact]
    public async Task Without_payloads_nothing_is_found_and_nothing_proven()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { PayloadStorage = false });
        fal.AddFaults(LostAnswer);
        using var session = Session(fal, Soon);
        await RunAsync(session, [Pair("a")]);
        Assert.Null(Assert.Single(await RunAsync(session, [Pair("b")])).Error);
        await WaitForHorizonAsync();
        var held = Assert.Single(await RunAsync(session, [Pair("a")], Resubmit));
        Assert.Equal(LipSyncError.SubmitUnconfirmed, held.Error!.Error);
        Assert.Contains("may be this one", held.Error.Message, StringComparison.Ordinal);
        Assert.Equal(2, fal.Ledger().Requests.Count);
    }

    [Fact]
    public async Task A_single_request_without_its_input_may_be_the_one_and_proves_nothing()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { AdminKeys = ["admin:admin"] });
        fal.AddFaults(LostAnswer, new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 500, Times = 2 });
        using var session = Session(fal, Soon);
        await RunAsync(session, [Pair("a")]);
        await Task.Delay(300);
        using (var admin = new FalClient(session.Endpoint, FalCredential.Parse("admin:admin")))
        {
            Assert.True(await admin.DeletePayloadsAsync(fal.Ledger().Requests.Single().RequestId, default));
        }

        await WaitForHorizonAsync();
        var outcomes = await RunAsync(session, [Pair("a"), Pair("b")], Resubmit);
        Assert.Contains("may be this one", outcomes.Single(o => o.Error is not null).Error!.Message, StringComparison.Ordinal);
        Assert.Equal(2, fal.Ledger().Requests.Count);
    }

    [Fact]
    public async Task A_second_payment_is_kept_until_somebody_is_told()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        await LoseAndDeclareAbsentAsync(fal, session);
        fal.AddFaults(new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 500, Times = 2 });
        await RunAsync(session, [Pair("a")]);
        await new Settlement(session).LookAsync(default);
        await RunAsync(session, [Pair("a")]);
        Assert.Equal(fal.Ledger().Requests[0].RequestId, Assert.Single(session.Store.SecondPayments(session.BudgetScope)).RequestId);
    }

    [Fact]
    public async Task A_history_that_is_down_holds_the_one_and_stops_no_other()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(LostAnswer, new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 503, Times = int.MaxValue });
        using var session = Session(fal, TimeSpan.Zero);
        await RunAsync(session, [Pair("a")], Resubmit);
        var outcomes = await RunAsync(session, [Pair("a"), Pair("b"), Pair("c")], Resubmit);
        Assert.Equal([LipSyncError.SubmitUnconfirmed], outcomes.Where(o => o.Error is not null).Select(o => o.Error!.Error));
        Assert.Contains("history could not be read", outcomes.Single(o => o.Error is not null).Error!.Message, StringComparison.Ordinal);
        Assert.Equal(2, outcomes.Count(o => o.Job!.State == LipSyncJobState.Saved));
    }

    [Fact]
    public async Task What_never_reached_fal_is_sent_again_once_that_is_proven_and_wanted()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(LostRequest);
        using var session = Session(fal, Soon);
        await RunAsync(session, [Pair("a")]);
        Assert.Null(Assert.Single(await RunAsync(session, [Pair("b")])).Error);
        await WaitForHorizonAsync();

        var held = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncError.SubmitUnconfirmed, LipSyncJobState.Unconfirmed), (held.Error!.Error, held.Job!.State));
        Assert.Contains("It is proven that fal never had it", held.Error.Message, StringComparison.Ordinal);

        var sent = Assert.Single(await RunAsync(session, [Pair("a")], Resubmit));
        Assert.Equal((LipSyncJobState.Saved, true), (sent.Job!.State, sent.IsSubmitted));
        Assert.Equal(2, fal.Ledger().Requests.Count);
    }

    [Fact]
    public async Task One_run_is_enough_if_it_sends_the_witness_itself()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(LostRequest);
        using var session = Session(fal, Soon);
        await RunAsync(session, [Pair("a")]);
        await WaitForHorizonAsync();
        Assert.All(await RunAsync(session, [Pair("a"), Pair("b")], Resubmit), o => Assert.Equal(LipSyncJobState.Saved, o.Job!.State));
        Assert.Equal(2, fal.Ledger().Requests.Count);
    }

    [Fact]
    public async Task Without_a_later_request_in_the_history_nothing_is_proven()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal, Soon);
        Assert.Null(Assert.Single(await RunAsync(session, [Pair("earlier")])).Error);
        fal.AddFaults(LostRequest);
        await RunAsync(session, [Pair("a")]);
        await WaitForHorizonAsync();
        var held = Assert.Single(await RunAsync(session, [Pair("a")], Resubmit));
        Assert.Equal(LipSyncError.SubmitUnconfirmed, held.Error!.Error);
        Assert.Contains("no later request of this store", held.Error.Message, StringComparison.Ordinal);
        Assert.Equal(2, fal.Ledger().Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task Before_the_horizon_nothing_is_proven_and_it_is_long_by_default()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(LostRequest);
        using var session = Session(fal);
        await RunAsync(session, [Pair("a")], Resubmit);
        Assert.All(await RunAsync(session, [Pair("a"), Pair("b")], Resubmit), o => Assert.True(o.Error is null == (o.Job!.VideoPath == Pair("b").Video.Path)));
        var doubt = Assert.Single(session.Store.Doubts(session.BudgetScope));
        Assert.Equal(doubt.FalIntentAt.Latest + TimeSpan.FromHours(6) + TimeSpan.FromMinutes(70), session.ProvableAt(doubt));
    }

    [Fact]
    public void A_shorter_horizon_is_for_this_machine_only()
    {
        var doubt = new Doubt("job", 1, "v", "a", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(7), IsAbsent: false, Order: 1);
        using var real = new LipSyncSession(FalEndpoint.FromHosts(null, null), FalCredential.Parse("demo:demo"), scratch.Path, horizon: Soon);
        Assert.Equal(doubt.ProvableAt, real.ProvableAt(doubt));
        using var local = new LipSyncSession(FalEndpoint.Parse("http://127.0.0.1:1"), FalCredential.Parse("demo:demo"), scratch.Path, horizon: Soon);
        Assert.Equal(DateTimeOffset.UnixEpoch + Soon, local.ProvableAt(doubt));
    }

    [Fact]
    public async Task A_resubmission_has_urls_of_its_own()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal, Soon);
        fal.AddFaults(LostRequest);
        await RunAsync(session, [Pair("a")]);
        var lost = Assert.Single(session.Store.Doubts(session.BudgetScope));
        await WaitForHorizonAsync();
        await RunAsync(session, [Pair("a"), Pair("b")], Resubmit);
        Assert.DoesNotContain(fal.Ledger().Requests, r => Sent(r) == (lost.VideoUrl, lost.AudioUrl));
    }

    [Fact]
    public async Task A_late_find_is_booked_as_a_second_payment_and_its_result_can_be_saved()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        await LoseAndDeclareAbsentAsync(fal, session);
        fal.AddFaults(new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 500, Times = 2 });
        var paid = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncJobState.Saved, true), (paid.Job!.State, paid.IsSubmitted));
        Assert.Empty(session.Store.SecondPayments(session.BudgetScope));

        Assert.True(Assert.Single(await RunAsync(session, [Pair("a")])).Job!.Reused);
        var (job, request) = Assert.Single(session.Store.SecondPayments(session.BudgetScope));
        Assert.Equal((paid.Job.Id, fal.Ledger().Requests[0].RequestId), (job, request));
        session.Store.WriteTold(request);
        Assert.Empty(session.Store.SecondPayments(session.BudgetScope));

        var second = session.Store.FindByAnyId(request)!;
        Assert.Equal((LipSyncJobState.Completed, LipSyncBilled.Yes, request), (second.State, second.Billed, second.RequestId));
        session.Store.SetBudget(session.BudgetScope, LipSyncBudgetPeriod.Day, 1m);
        Assert.Equal(0.28m, Assert.Single(session.Store.BudgetsFor(session.BudgetScope)).Spent);

        var path = scratch.File("out/second.mp4");
        await new ResultSaver(session).SaveAsync(second, path, overwrite: false, received: null, default);
        Assert.Equal(LipSyncJobState.Saved, session.Store.FindByAnyId(request)!.State);
        Assert.Equal(fal.Ledger().Requests[0].OutputSha256, await FileHasher.ComputeAsync(path, default));
    }

    [Fact]
    public async Task What_turns_up_before_the_pair_was_sent_again_is_taken_up_instead()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        await LoseAndDeclareAbsentAsync(fal, session);
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncJobState.Saved, false, true), (outcome.Job!.State, outcome.IsSubmitted, outcome.Job.Reused));
        Assert.Single(fal.Ledger().Requests);
    }

    [Fact]
    public async Task Two_jobs_that_would_have_the_same_urls_get_different_ones()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(LostAnswer, new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 500, Times = 4 });
        using var session = Session(fal);
        PlannedPair Day(string key) => Pair("a") with { Audio = MediaInput.FromUrl("https://example.com/daily.wav", allowLocal: false), Key = key, Target = null };
        Assert.Equal(LipSyncError.SubmitUnconfirmed, Assert.Single(await RunAsync(session, [Day("1")])).Error!.Error);
        Assert.Null(Assert.Single(await RunAsync(session, [Day("2")])).Error);
        var inputs = fal.Ledger().Requests.Select(Sent).ToList();
        Assert.Equal(2, inputs.Distinct().Count());
        Assert.Single(inputs.Select(i => i.AudioUrl).Distinct());

        // And so the first can still be told from the second.
        Assert.Null(Assert.Single(await RunAsync(session, [Day("1")])).Error);
        Assert.Equal(2, fal.Ledger().Requests.Count);
    }

    [Fact]
    public async Task Of_pairs_given_as_the_same_urls_one_at_most_is_unsettled()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(LostAnswer, new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 500, Times = 8 });
        using var session = Session(fal);
        Assert.Equal(LipSyncError.SubmitUnconfirmed, Assert.Single(await RunAsync(session, [Urls(1) with { Key = "1" }])).Error!.Error);
        var refused = Assert.Single(await RunAsync(session, [Urls(1) with { Key = "2" }]));
        Assert.Equal(LipSyncError.InputsUnsettled, refused.Error!.Error);
        Assert.Single(fal.Ledger().Requests);
        fal.ClearFaults();

        // Settled by the first look of the run, or by the one between its rounds.
        Assert.All(await RunAsync(session, [Urls(1) with { Key = "2" }, Urls(1) with { Key = "1" }]), o => Assert.Null(o.Error));
        Assert.Equal(2, fal.Ledger().Requests.Count);
    }

    [Fact]
    public async Task Another_accounts_doubts_are_not_looked_up_with_this_key()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Keys = ["demo:demo", "other:other"] });
        fal.AddFaults(LostAnswer, new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 500, Times = 2 });
        using (var session = Session(fal))
        {
            await RunAsync(session, [Pair("a")]);
        }

        var looks = fal.Ledger().Hits(EmulatorRoute.History);
        using var other = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("other:other"), scratch.File("store"), time);
        Assert.Null(Assert.Single(await RunAsync(other, [Pair("b")])).Error);
        Assert.Equal(looks, fal.Ledger().Hits(EmulatorRoute.History));
    }

    private static (string? VideoUrl, string? AudioUrl) Sent(LedgerRequest request) =>
        (request.Input.GetProperty("video_url").GetString(), request.Input.GetProperty("audio_url").GetString());

    private static PlannedPair Urls(int n) => new()
    {
        Input = new LipSyncInput { VideoUrl = $"https://example.com/{n}.mp4" },
        Video = MediaInput.FromUrl($"https://example.com/{n}.mp4", allowLocal: false),
        Audio = MediaInput.FromUrl($"https://example.com/{n}.wav", allowLocal: false),
    };

    /// <summary>The horizon, and the whole seconds of fal's clock.</summary>
    private static Task WaitForHorizonAsync() => Task.Delay(Soon + TimeSpan.FromSeconds(1.1));

    /// <summary>fal has it, and a wrong proof says that it has not.</summary>
    private async Task LoseAndDeclareAbsentAsync(EmulatorServer fal, LipSyncSession session)
    {
        fal.AddFaults(LostAnswer, new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 500, Times = 2 });
        await RunAsync(session, [Pair("a")]);
        Assert.True(session.Store.WriteAbsent(Assert.Single(session.Store.Doubts(session.BudgetScope))));
    }
}
