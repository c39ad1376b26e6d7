using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>A store with a clock that can be set, and the steps of a job that touch money.</summary>
public abstract class BudgetScene : IDisposable
{
    private protected const string Service = "fal", Model = "model", Key = "key";
    private protected static readonly BudgetScope Scope = new(Service, Model, Key);
    private protected static readonly JobFacts Short = new() { MicroUsd = 70_000, BilledSeconds = 5 };

    private protected readonly Scratch scratch = new();
    private protected readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 30, 23, 0, 0, TimeSpan.Zero));
    private protected readonly JobStore store;

    private protected BudgetScene() => store = new JobStore(scratch.Path, time);

    public void Dispose()
    {
        store.Dispose();
        scratch.Dispose();
    }

    private protected static PairIdentity Pair(string video) => new(Service, Model, Key, video, "sha256:a");

    private protected static Intent Sent(string video) => new($"https://{video}", "https://a", Key, TimeSpan.FromHours(6), null, DateTimeOffset.UnixEpoch);

    private protected static Receipt Receipt(string video) => new("req-" + video, new JobAddress("https://s", "https://r", "https://c"));

    private protected static DateTimeOffset At(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);

    private protected static LipSyncBudget Refused(Action action) => Assert.Throws<OverBudgetException>(action).Budget;

    private protected void Set(decimal amount, LipSyncBudgetPeriod period = LipSyncBudgetPeriod.Day, BudgetScope? scope = null) =>
        store.SetBudget(scope ?? Scope, period, amount);

    private protected LipSyncJob Claim(TestRun run, string video)
    {
        var claim = ClaimAgain(run, video);
        Assert.Equal(ClaimKind.Fresh, claim.Kind);
        return claim.Job;
    }

    private protected Claim ClaimAgain(TestRun run, string video, DateTimeOffset? resubmitBefore = null) => store.ClaimPair(Pair(video), run.Id, Short, resubmitBefore);

    private protected LipSyncJob Pay(TestRun run, string video)
    {
        var job = Claim(run, video);
        store.WriteIntent(job.Id, run.Id, Sent(video));
        return store.WriteReceipt(job.Id, 1, Receipt(video));
    }

    private protected void AssertCounts(decimal spent, decimal reserved, LipSyncBudgetPeriod period = LipSyncBudgetPeriod.Day)
    {
        var budget = Assert.Single(store.BudgetsFor(Scope), b => b.Period == period);
        Assert.Equal((spent, reserved), (budget.Spent, budget.Reserved));
    }

    private protected void Alter(string sql, params (string, object?)[] parameters)
    {
        using var raw = StoreFile.Open(scratch.Path, time);
        raw.Run(sql, parameters);
    }

    private protected long Stored(string sql)
    {
        using var raw = StoreFile.Open(scratch.Path, time);
        return raw.Scalar<long>(sql);
    }
}
