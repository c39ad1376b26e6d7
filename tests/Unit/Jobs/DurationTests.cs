using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>How long jobs take, as the store has seen it.</summary>
public sealed class DurationTests : IDisposable
{
    private static readonly BudgetScope Scope = new("fal", "model", "key");

    private readonly Scratch scratch = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly JobStore store;
    private readonly TestRun run;
    private int made;

    public DurationTests()
    {
        store = new JobStore(scratch.Path, time);
        run = new TestRun(store, "run-1");
    }

    public void Dispose()
    {
        run.Dispose();
        store.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void It_is_the_median_and_a_few_long_ones_do_not_move_it()
    {
        Assert.Null(store.TypicalDuration(Scope));
        foreach (var seconds in new[] { 100, 120, 110, 3000, 130 })
        {
            Make(seconds);
        }

        Assert.Equal(TimeSpan.FromSeconds(120), store.TypicalDuration(Scope));
    }

    [Fact]
    public void The_latest_tell()
    {
        for (var n = 0; n < 60; n++)
        {
            Make(n < 30 ? 1000 : 50);
        }

        Assert.Equal(TimeSpan.FromSeconds(50), store.TypicalDuration(Scope));
    }

    [Fact]
    public void Failures_other_keys_and_what_was_collected_after_its_run_tell_nothing()
    {
        Make(100, LipSyncJobState.Failed);
        Assert.Null(store.TypicalDuration(Scope));

        var (job, attempt) = Accept();
        store.EndRun(run.Id, null);
        time.Advance(TimeSpan.FromDays(1));
        store.WriteEnd(job, attempt, new JobEnd(LipSyncJobState.Completed, LipSyncBilled.Yes));
        Assert.Null(store.TypicalDuration(Scope));
        Assert.Null(store.TypicalDuration(Scope with { Account = "other" }));
    }

    [Fact]
    public void A_blocking_call_counts_from_when_it_was_sent()
    {
        var id = Claim();
        var (attempt, _) = store.WriteIntent(id, run.Id, Intent());
        var sent = time.GetUtcNow();
        time.Advance(TimeSpan.FromSeconds(115));
        store.WriteReceipt(id, attempt, Receipt() with { AcceptedAt = sent }, new JobEnd(LipSyncJobState.Completed, LipSyncBilled.Yes));
        Assert.Equal(TimeSpan.FromSeconds(115), store.TypicalDuration(Scope));
    }

    private void Make(int seconds, LipSyncJobState end = LipSyncJobState.Completed)
    {
        var (job, attempt) = Accept();
        time.Advance(TimeSpan.FromSeconds(seconds));
        store.WriteEnd(job, attempt, new JobEnd(end, LipSyncBilled.Yes));
    }

    private (string Job, int Attempt) Accept()
    {
        var id = Claim();
        var (attempt, _) = store.WriteIntent(id, run.Id, Intent());
        store.WriteReceipt(id, attempt, Receipt());
        return (id, attempt);
    }

    private string Claim() => store.ClaimPair(new PairIdentity("fal", "model", "key", $"sha256:{++made}", "sha256:a"), run.Id,
        new JobFacts { VideoPath = $"/{made}.mp4", AudioPath = "/a.wav", MicroUsd = 70_000 }, null).Job.Id;

    private Intent Intent() => new($"https://f/{made}.mp4", "https://f/a.wav", "key", TimeSpan.FromHours(6), null, new(time.GetUtcNow(), time.GetUtcNow()));

    private Receipt Receipt() => new($"request-{made}", new JobAddress("https://f/s", "https://f/r", "https://f/c"));
}
