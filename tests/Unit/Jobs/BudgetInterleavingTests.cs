using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>
/// Runs that claim, send, lose answers, are refused, retry, resubmit, die and come back in any order, over days and with a
/// clock that is turned back. After every step no day and no month has more spent than its budget, and at the end nothing is held.
/// </summary>
public sealed class BudgetInterleavingTests : IDisposable
{
    private const int Steps = 400, Pairs = 12, MostRuns = 4;
    private const long DayCap = 420_000, MonthCap = 1_680_000;
    private static readonly BudgetScope Scope = new("fal", "model", "key");

    private readonly Scratch scratch = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 27, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nothing_breaks_a_budget_and_nothing_is_held_for_ever(int seed)
    {
        var chance = new Random(seed);
        using var store = new JobStore(scratch.Path, time);
        using var raw = new SqliteConnection($"Data Source={scratch.File(StoreFile.Name)};Pooling=False");
        raw.Open();
        store.SetBudget(Scope, LipSyncBudgetPeriod.Day, Money.FromMicro(DayCap));
        store.SetBudget(Scope, LipSyncBudgetPeriod.Month, Money.FromMicro(MonthCap));
        var runs = new List<TestRun>();
        var claims = new List<(string Job, string Run)>();
        int overBudget = 0, accepted = 0, ended = 0, runNumber = 0, requests = 0;
        for (var step = 0; step < Steps; step++)
        {
            if (runs.Count == 0 || (runs.Count < MostRuns && chance.Next(10) == 0))
            {
                runs.Add(new TestRun(store, $"run-{++runNumber}"));
            }

            try
            {
                Step(runs[chance.Next(runs.Count)]);
            }
            catch (OverBudgetException)
            {
                overBudget++;
            }
            catch (LipSyncException)
            {
                // No longer this run's, or not at this stage: whoever comes too late must not count either.
            }

            AssertWithin(raw, "%Y-%m-%d", DayCap);
            AssertWithin(raw, "%Y-%m", MonthCap);
        }

        runs.ForEach(r => r.Dispose());
        Assert.All(store.BudgetsFor(Scope), b => Assert.Equal(0m, b.Reserved));

        // The walk went where it was meant to go.
        Assert.True(overBudget > 10 && accepted > 3 && ended > 3, $"{overBudget} over budget, {accepted} accepted, {ended} ended");

        void Step(TestRun run)
        {
            var pair = new PairIdentity(Scope.Service, Scope.EndpointId, Scope.Account, $"v{chance.Next(Pairs)}", "a");

            // Of whatever was ever claimed, the latest first: a run that is gone may still speak.
            var (id, owner) = claims.Count == 0 ? ("", "") : claims[^(1 + chance.Next(Math.Min(claims.Count, chance.Next(1, 8))))];
            var job = store.Find(id);
            switch (chance.Next(14))
            {
                case 0 or 1 or 2:
                    var price = chance.Next(3) switch { 0 => 70_000, 1 => 140_000, _ => (long?)null };
                    var claim = store.ClaimPair(pair, run.Id, new JobFacts { MicroUsd = price }, chance.Next(3) == 0 ? time.GetUtcNow() : null);
                    if (claim.Kind is ClaimKind.Fresh or ClaimKind.Open)
                    {
                        claims.Add((claim.Job.Id, run.Id));
                    }

                    break;
                case 3 or 4 or 5:
                    store.WriteIntent(id, owner, new Intent($"https://{id}", "https://a", Scope.Account, TimeSpan.FromHours(6), null, time.GetUtcNow()));
                    break;
                case 6 or 7 when job is { Attempt: > 0 }:
                    accepted += store.WriteReceipt(id, job.Attempt, new Receipt($"req-{++requests}", new JobAddress("https://s", "https://r", "https://c"))) is null ? 0 : 1;
                    break;
                case 8 when job is { Attempt: > 0 }:
                    store.WriteNotAccepted(id, job.Attempt, chance.Next(2) == 0, "no");
                    break;
                case 9 when job is { Attempt: > 0 }:
                    var billed = (LipSyncBilled)chance.Next(3);
                    var state = chance.Next(2) == 0 ? LipSyncJobState.Completed : LipSyncJobState.Failed;
                    ended += store.WriteEnd(id, job.Attempt, new JobEnd(state, billed) { Retryable = true, ResultUrl = "https://x" }).State == state ? 1 : 0;
                    break;
                case 10 when job is not null:
                    store.Release(id, owner);
                    break;
                case 11 when job is { Attempt: > 0 } && chance.Next(3) == 0:
                    store.WriteUnconfirmed(id, job.Attempt, "lost");
                    break;
                case 12 when chance.Next(2) == 0:
                    // Killed, or ended in order.
                    runs.Remove(run);
                    if (chance.Next(2) == 0)
                    {
                        store.EndRun(run.Id, null);
                    }

                    run.Dispose();
                    break;
                case 13 when chance.Next(2) == 0:
                    time.AdjustTime(time.GetUtcNow().AddHours(chance.Next(5) == 0 ? -chance.Next(1, 20) : chance.Next(1, 8)));
                    break;
            }
        }
    }

    /// <summary>Summed up apart from the code under test: all that may be billed, by the period of its intent.</summary>
    private static void AssertWithin(SqliteConnection raw, string period, long cap)
    {
        var most = raw.Scalar<long>($"""
            SELECT coalesce(max(spent), 0) FROM (SELECT sum(amount_micro_usd) AS spent FROM attempts
            WHERE state NOT IN ('Undelivered', 'Refused', 'Absent') AND (billed IS NULL OR billed <> 'No')
            GROUP BY strftime('{period}', intent_at / 1000, 'unixepoch'))
            """);
        Assert.True(most <= cap, $"{most} of {cap} by {period}");
    }
}
