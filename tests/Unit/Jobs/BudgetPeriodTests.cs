using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>When something counts against a budget: days, months, and clocks that are set.</summary>
public sealed class BudgetPeriodTests : BudgetScene
{
    [Fact]
    public void A_days_budget_is_new_at_midnight_UTC_and_a_months_is_not()
    {
        using var run = new TestRun(store, "run-1");
        Set(0.07m);
        Set(0.14m, LipSyncBudgetPeriod.Month);
        Pay(run, "a");
        time.SetUtcNow(new DateTimeOffset(2026, 1, 30, 23, 59, 59, 999, TimeSpan.Zero));
        var day = Refused(() => Claim(run, "b"));
        Assert.Equal((At(2026, 1, 30), At(2026, 1, 31)), (day.PeriodStart, day.PeriodEnd));
        time.SetUtcNow(At(2026, 1, 31));
        Pay(run, "b");

        time.SetUtcNow(new DateTimeOffset(2026, 1, 31, 23, 59, 59, TimeSpan.Zero));
        Set(1m);
        var month = Refused(() => Claim(run, "c"));
        Assert.Equal((LipSyncBudgetPeriod.Month, At(2026, 1, 1), At(2026, 2, 1)), (month.Period, month.PeriodStart, month.PeriodEnd));
        time.SetUtcNow(At(2026, 2, 1));
        Pay(run, "c");
        Assert.All(store.BudgetsFor(Scope), b => Assert.Equal(0.07m, b.Spent));
    }

    [Fact]
    public void A_claim_of_yesterday_counts_today_and_so_does_what_it_pays()
    {
        using var run = new TestRun(store, "run-1");
        Set(0.07m);
        var job = Claim(run, "a");
        time.SetUtcNow(At(2026, 1, 31));
        AssertCounts(spent: 0m, reserved: 0.07m);
        Refused(() => Claim(run, "b"));
        store.WriteIntent(job.Id, run.Id, Sent("a"));
        AssertCounts(spent: 0.07m, reserved: 0m);
        Refused(() => Claim(run, "b"));
    }

    [Fact]
    public void What_came_to_nothing_yesterday_is_sent_and_counted_today()
    {
        using var run = new TestRun(store, "run-1");
        Set(0.07m);
        var job = Claim(run, "a");
        store.WriteIntent(job.Id, run.Id, Sent("a"));
        time.SetUtcNow(At(2026, 1, 31));
        AssertCounts(spent: 0m, reserved: 0m);
        store.WriteNotAccepted(job.Id, 1, delivered: true, "429");
        AssertCounts(spent: 0m, reserved: 0.07m);
        store.WriteIntent(job.Id, run.Id, Sent("a"));
        AssertCounts(spent: 0.07m, reserved: 0m);
    }

    [Fact]
    public void A_clock_that_was_turned_back_opens_no_second_purse()
    {
        using var run = new TestRun(store, "run-1");
        Set(0.07m);
        time.SetUtcNow(At(2026, 1, 31));
        Pay(run, "a");
        time.AdjustTime(At(2026, 1, 30));
        Refused(() => Claim(run, "b"));
    }

    [Fact]
    public void A_claim_whose_day_the_clock_takes_back_is_held_back_at_the_intent()
    {
        using var run = new TestRun(store, "run-1");
        Set(0.07m);
        Pay(run, "a");
        time.SetUtcNow(At(2026, 1, 31));
        var job = Claim(run, "b");
        time.AdjustTime(At(2026, 1, 30));
        Refused(() => store.WriteIntent(job.Id, run.Id, Sent("b")));
    }

    [Fact]
    public void A_second_paid_attempt_counts_besides_the_first_each_in_its_own_period()
    {
        using var run = new TestRun(store, "run-1");
        Set(0.14m);
        Set(0.14m, LipSyncBudgetPeriod.Month);
        var job = Pay(run, "a");
        store.WriteEnd(job.Id, 1, new JobEnd(LipSyncJobState.Completed, LipSyncBilled.Yes) { ResultUrl = "https://x" });
        store.Release(job.Id, run.Id);
        time.SetUtcNow(At(2026, 1, 31));

        Assert.Equal(ClaimKind.Fresh, ClaimAgain(run, "a", time.GetUtcNow()).Kind);
        AssertCounts(spent: 0m, reserved: 0.07m);
        AssertCounts(spent: 0.07m, reserved: 0.07m, LipSyncBudgetPeriod.Month);
        store.WriteIntent(job.Id, run.Id, Sent("a"));
        AssertCounts(spent: 0.07m, reserved: 0m);
        AssertCounts(spent: 0.14m, reserved: 0m, LipSyncBudgetPeriod.Month);

        // Refused, so that the job is again what its first attempt made it.
        Assert.Equal(LipSyncJobState.Completed, store.WriteNotAccepted(job.Id, 2, delivered: true, "422").State);
        AssertCounts(spent: 0.07m, reserved: 0.07m, LipSyncBudgetPeriod.Month);
        store.Release(job.Id, run.Id);
        AssertCounts(spent: 0.07m, reserved: 0m, LipSyncBudgetPeriod.Month);
        Set(0.07m, LipSyncBudgetPeriod.Month);
        Refused(() => ClaimAgain(run, "a", time.GetUtcNow()));
        Assert.Equal(LipSyncJobState.Completed, store.Find(job.Id)!.State);
    }
}
