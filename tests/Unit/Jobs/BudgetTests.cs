using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>What counts against a budget, and for whom.</summary>
public sealed class BudgetTests : BudgetScene
{
    [Fact]
    public void Claims_are_taken_up_to_the_amount_and_not_beyond()
    {
        using var run = new TestRun(store, "run-1");
        Set(0.14m);
        Claim(run, "a");
        Claim(run, "b");
        var budget = Refused(() => Claim(run, "c"));
        Assert.Equal((0.14m, 0m, 0.14m, 0m), (budget.Amount, budget.Spent, budget.Reserved, budget.Left));
        Assert.Equal(2, store.List(new JobFilter()).Count);
    }

    [Fact]
    public void Without_a_budget_nothing_is_held_back()
    {
        using var run = new TestRun(store, "run-1");
        Set(0m, scope: Scope with { Account = "another" });
        Set(0m, scope: Scope with { Service = "http://127.0.0.1:1" });
        Set(0m, scope: Scope with { EndpointId = "another" });
        Pay(run, "a");
        Assert.Empty(store.BudgetsFor(Scope));
        Assert.All(store.Budgets(), b => Assert.Equal((0m, 0m), (b.Spent, b.Reserved)));
    }

    [Fact]
    public void Both_periods_hold_and_the_one_that_broke_is_told()
    {
        using var run = new TestRun(store, "run-1");
        Set(1m);
        Set(0.07m, LipSyncBudgetPeriod.Month);
        Claim(run, "a");
        Assert.Equal(LipSyncBudgetPeriod.Month, Refused(() => Claim(run, "b")).Period);
        Set(0.07m);
        Set(1m, LipSyncBudgetPeriod.Month);
        Assert.Equal(LipSyncBudgetPeriod.Day, Refused(() => Claim(run, "b")).Period);
    }

    [Fact]
    public void A_budget_of_nothing_holds_back_everything()
    {
        using var run = new TestRun(store, "run-1");
        Set(0m);
        Refused(() => Claim(run, "a"));
        Assert.Empty(store.List(new JobFilter()));
    }

    [Fact]
    public void An_amount_is_reserved_with_the_claim_and_moves_to_the_attempt_with_the_intent()
    {
        using var run = new TestRun(store, "run-1");
        Set(1m);
        var job = Claim(run, "a");
        AssertCounts(spent: 0m, reserved: 0.07m);
        store.WriteIntent(job.Id, run.Id, Sent("a"));
        AssertCounts(spent: 0.07m, reserved: 0m);
        store.WriteReceipt(job.Id, 1, Receipt("a"));
        AssertCounts(spent: 0.07m, reserved: 0m);
        store.Release(job.Id, run.Id);
        AssertCounts(spent: 0.07m, reserved: 0m);
    }

    [Fact]
    public void What_nobody_knows_counts()
    {
        using var run = new TestRun(store, "run-1");
        Set(0.07m);
        var job = Claim(run, "a");
        store.WriteIntent(job.Id, run.Id, Sent("a"));
        store.WriteUnconfirmed(job.Id, 1, "lost");
        store.Release(job.Id, run.Id);
        AssertCounts(spent: 0.07m, reserved: 0m);
        Refused(() => Claim(run, "b"));
        Assert.Equal(ClaimKind.Held, ClaimAgain(run, "a").Kind);
    }

    [Theory]
    [InlineData(LipSyncJobState.Completed, LipSyncBilled.Yes, 0.07)]
    [InlineData(LipSyncJobState.Completed, LipSyncBilled.No, 0)]
    [InlineData(LipSyncJobState.Failed, LipSyncBilled.Yes, 0.07)]
    [InlineData(LipSyncJobState.Failed, LipSyncBilled.Unknown, 0.07)]
    [InlineData(LipSyncJobState.Failed, LipSyncBilled.No, 0)]
    [InlineData(LipSyncJobState.Cancelled, LipSyncBilled.Unknown, 0.07)]
    [InlineData(LipSyncJobState.Cancelled, LipSyncBilled.No, 0)]
    public void An_end_gives_back_only_what_is_not_billed(LipSyncJobState state, LipSyncBilled billed, decimal spent)
    {
        using var run = new TestRun(store, "run-1");
        Set(1m);
        var job = Pay(run, "a");
        store.WriteEnd(job.Id, 1, new JobEnd(state, billed));
        AssertCounts(spent, reserved: 0m);
        store.WriteLost(job.Id, 1, "gone");
        AssertCounts(spent, reserved: 0m);
    }

    [Fact]
    public void A_job_that_was_lost_was_paid_for()
    {
        using var run = new TestRun(store, "run-1");
        Set(1m);
        store.WriteLost(Pay(run, "a").Id, 1, "gone");
        AssertCounts(spent: 0.07m, reserved: 0m);
    }

    [Theory]
    [InlineData("Intent", null, 0.07)]
    [InlineData("Unconfirmed", null, 0.07)]
    [InlineData("Accepted", null, 0.07)]
    [InlineData("Late", null, 0.07)]
    [InlineData("Ended", null, 0.07)]
    [InlineData("Ended", "Unknown", 0.07)]
    [InlineData("Ended", "No", 0)]
    [InlineData("Undelivered", null, 0)]
    [InlineData("Refused", null, 0)]
    [InlineData("Absent", null, 0)]
    public void Every_state_of_an_attempt_counts_or_does_not(string state, string? billed, decimal spent)
    {
        using var run = new TestRun(store, "run-1");
        Set(1m);
        Pay(run, "a");
        Alter("UPDATE attempts SET state = $state, billed = $billed", ("$state", state), ("$billed", billed));
        AssertCounts(spent, reserved: 0m);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_request_that_was_not_accepted_goes_back_to_its_claim_which_may_send_again(bool delivered)
    {
        using var run = new TestRun(store, "run-1");
        Set(0.07m);
        var job = Claim(run, "a");
        for (var number = 1; number <= 3; number++)
        {
            Assert.Equal(number, store.WriteIntent(job.Id, run.Id, Sent("a")).Attempt);
            AssertCounts(spent: 0.07m, reserved: 0m);
            store.WriteNotAccepted(job.Id, number, delivered, "429");
            AssertCounts(spent: 0m, reserved: 0.07m);
            Refused(() => Claim(run, "b"));
        }

        store.Release(job.Id, run.Id);
        AssertCounts(spent: 0m, reserved: 0m);
        Claim(run, "b");
    }

    [Fact]
    public void A_no_after_the_receipt_gives_nothing_back()
    {
        using var run = new TestRun(store, "run-1");
        Set(1m);
        var job = Pay(run, "a");
        store.WriteNotAccepted(job.Id, 1, delivered: true, "429");
        AssertCounts(spent: 0.07m, reserved: 0m);
    }

    [Fact]
    public void A_late_no_gives_nothing_back_to_a_claim_that_is_gone()
    {
        Set(0.07m);
        LipSyncJob job;
        using (var first = new TestRun(store, "run-1"))
        {
            job = Claim(first, "a");
            store.WriteIntent(job.Id, first.Id, Sent("a"));
        }

        using var second = new TestRun(store, "run-2");
        Assert.Equal(ClaimKind.Held, ClaimAgain(second, "a").Kind);
        Assert.True(store.TryOwn(job.Id, second.Id));
        store.WriteNotAccepted(job.Id, 1, delivered: false, "never left");
        AssertCounts(spent: 0m, reserved: 0m);
        store.Release(job.Id, second.Id);
        Claim(second, "b");
    }

    [Fact]
    public void A_claim_that_ends_unsent_gives_back_what_it_held()
    {
        using var run = new TestRun(store, "run-1");
        Set(1m);
        store.Release(Claim(run, "a").Id, run.Id);
        AssertCounts(spent: 0m, reserved: 0m);
        store.WriteRefused(Claim(run, "b").Id, run.Id, "x", "x", retryable: true);
        AssertCounts(spent: 0m, reserved: 0m);
        Claim(run, "c");
        Claim(run, "d");
        store.EndRun(run.Id, null);
        AssertCounts(spent: 0m, reserved: 0m);
    }

    [Fact]
    public void A_reservation_lives_as_long_as_its_run()
    {
        Set(0.07m);
        using (var first = new TestRun(store, "run-1"))
        {
            Claim(first, "a");
            using var other = new TestRun(store, "run-2");
            Refused(() => Claim(other, "b"));
            AssertCounts(spent: 0m, reserved: 0.07m);
        }

        using var second = new TestRun(store, "run-3");
        Claim(second, "b");
        AssertCounts(spent: 0m, reserved: 0.07m);
        Assert.Equal(70_000, Stored("SELECT sum(reserved_micro_usd) FROM jobs"));
        Refused(() => Claim(second, "a"));
    }

    [Fact]
    public void A_pairs_own_reservation_does_not_stand_in_its_way()
    {
        Set(0.07m);
        using (var first = new TestRun(store, "run-1"))
        {
            Claim(first, "a");
        }

        using var second = new TestRun(store, "run-2");
        store.Release(Claim(second, "a").Id, second.Id);
        Claim(second, "a");
        AssertCounts(spent: 0m, reserved: 0.07m);
    }

    [Fact]
    public void Whoever_takes_a_dead_claims_job_only_to_save_it_does_not_keep_its_reservation()
    {
        Set(1m);
        LipSyncJob job;
        using (var first = new TestRun(store, "run-1"))
        {
            job = Pay(first, "a");
            store.WriteEnd(job.Id, 1, new JobEnd(LipSyncJobState.Completed, LipSyncBilled.Yes) { ResultUrl = "https://x" });
            store.Release(job.Id, first.Id);
            time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(ClaimKind.Fresh, ClaimAgain(first, "a", time.GetUtcNow()).Kind);
        }

        using var saver = new TestRun(store, "run-2");
        Assert.True(store.TryOwn(job.Id, saver.Id));
        AssertCounts(spent: 0.07m, reserved: 0m);
    }

    [Fact]
    public void A_reservation_that_was_cleared_is_no_leave_to_pay()
    {
        using var run = new TestRun(store, "run-1");
        var job = Claim(run, "a");
        Alter("UPDATE jobs SET reserved_micro_usd = 0");
        Assert.Throws<LipSyncException>(() => store.WriteIntent(job.Id, run.Id, Sent("a")));
        Assert.Equal(0, Stored("SELECT count(*) FROM attempts"));
    }

    [Fact]
    public void What_is_paid_or_open_or_held_is_taken_with_an_exhausted_budget()
    {
        using var run = new TestRun(store, "run-1");
        Set(0.14m);
        var done = Pay(run, "a");
        store.WriteEnd(done.Id, 1, new JobEnd(LipSyncJobState.Completed, LipSyncBilled.Yes) { ResultUrl = "https://x" });
        store.Release(done.Id, run.Id);
        store.Release(Pay(run, "b").Id, run.Id);
        Set(0m);
        Assert.Equal(ClaimKind.Done, ClaimAgain(run, "a").Kind);
        Assert.Equal(ClaimKind.Open, ClaimAgain(run, "b").Kind);
        Refused(() => Claim(run, "c"));
        AssertCounts(spent: 0.14m, reserved: 0m);
    }

    [Fact]
    public void A_clip_of_unknown_length_costs_what_the_longest_does()
    {
        using var run = new TestRun(store, "run-1");
        Set(0.28m);
        var job = store.ClaimPair(Pair("a"), run.Id, new JobFacts { VideoUrl = "https://x/a.mp4" }, null).Job;
        Assert.Null(job.QuotedCost);
        AssertCounts(spent: 0m, reserved: 0.14m);
        store.WriteIntent(job.Id, run.Id, Sent("a"));
        AssertCounts(spent: 0.14m, reserved: 0m);
        Assert.Equal(140_000, Stored("SELECT amount_micro_usd FROM attempts"));
        store.ClaimPair(Pair("b"), run.Id, new JobFacts { VideoUrl = "https://x/b.mp4" }, null);
        Refused(() => Claim(run, "c"));
    }

    [Fact]
    public void A_budget_that_is_lowered_holds_back_what_is_claimed_and_not_sent()
    {
        using var run = new TestRun(store, "run-1");
        Set(0.14m);
        var first = Claim(run, "a");
        var second = Claim(run, "b");
        Set(0.07m);
        store.WriteIntent(first.Id, run.Id, Sent("a"));
        Refused(() => store.WriteIntent(second.Id, run.Id, Sent("b")));
        Assert.Equal((LipSyncJobState.Preparing, 0), (store.Find(second.Id)!.State, store.Find(second.Id)!.Attempt));
        AssertCounts(spent: 0.07m, reserved: 0.07m);
        Set(0.14m);
        Assert.Equal(1, store.WriteIntent(second.Id, run.Id, Sent("b")).Attempt);
    }

    [Fact]
    public void A_budget_is_set_again_removed_once_and_found_by_its_scope()
    {
        Set(1m);
        Set(2.5m);
        Assert.Equal(2.5m, Assert.Single(store.BudgetsFor(Scope)).Amount);
        Assert.Equal([Key], store.AccountsBudgetedInstead(Scope with { Account = "new" }));
        Assert.Empty(store.AccountsBudgetedInstead(Scope));
        Assert.Empty(store.AccountsBudgetedInstead(new BudgetScope("elsewhere", Model, "new")));
        Assert.False(store.RemoveBudget(Scope, LipSyncBudgetPeriod.Month));
        Assert.True(store.HasBudget(Scope, LipSyncBudgetPeriod.Day));
        Assert.True(store.RemoveBudget(Scope, LipSyncBudgetPeriod.Day));
        Assert.False(store.RemoveBudget(Scope, LipSyncBudgetPeriod.Day));
        Assert.False(store.HasBudget(Scope, LipSyncBudgetPeriod.Day));
    }

    [Fact]
    public async Task Many_claims_at_once_over_several_connections_fill_it_exactly()
    {
        Set(0.70m);
        using var second = new JobStore(scratch.Path, time);
        using var third = new JobStore(scratch.Path, time);
        using var run = new TestRun(store, "run-1");
        JobStore[] stores = [store, second, third];
        var claims = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => Task.Run(() =>
        {
            try
            {
                stores[n % 3].ClaimPair(Pair($"v{n}"), run.Id, Short, null);
                return 1;
            }
            catch (OverBudgetException)
            {
                return 0;
            }
        })));
        Assert.Equal(10, claims.Sum());
        AssertCounts(spent: 0m, reserved: 0.70m);
    }
}
