using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Jobs;

public sealed class JobStoreTests : IDisposable
{
    private static readonly PairIdentity Pair = new("fal", "model", "key", "sha256:v", "sha256:a");
    private static readonly Intent Sent = new("https://v", "https://a", "key", TimeSpan.FromHours(6), null, DateTimeOffset.UnixEpoch);
    private static readonly Receipt Accepted = new("req-1", new JobAddress("https://s", "https://r", "https://c"));

    private readonly Scratch scratch = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly JobStore store;

    public JobStoreTests() => store = new JobStore(scratch.Path, time);

    public void Dispose()
    {
        store.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void A_new_pair_is_claimed_with_its_price_reserved()
    {
        using var run = new TestRun(store, "run-1");
        var claim = store.ClaimPair(Pair, run.Id, new JobFacts { VideoPath = "/v.mp4", AudioPath = "/a.wav", MicroUsd = 70_000, BilledSeconds = 5 }, null);
        Assert.Equal(ClaimKind.Fresh, claim.Kind);
        Assert.Equal(LipSyncJobState.Preparing, claim.Job.State);
        Assert.Equal(0.07m, claim.Job.QuotedCost);
        Assert.Equal(time.GetUtcNow(), claim.Job.CreatedAt);
    }

    [Fact]
    public void A_pair_of_a_living_run_is_busy_and_of_a_dead_one_free()
    {
        using var second = new TestRun(store, "run-2");
        using (var first = new TestRun(store, "run-1"))
        {
            Claim(first);
            Assert.Equal(ClaimKind.Busy, Claim(second).Kind);
        }

        Assert.Equal(ClaimKind.Fresh, Claim(second).Kind);
    }

    [Fact]
    public void A_dead_runs_open_intent_is_never_sent_again()
    {
        LipSyncJob job;
        using (var first = new TestRun(store, "run-1"))
        {
            job = Claim(first).Job;
            Assert.Equal(1, store.WriteIntent(job.Id, first.Id, Sent).Attempt);
        }

        using var second = new TestRun(store, "run-2");
        var claim = Claim(second);
        Assert.Equal(ClaimKind.Held, claim.Kind);
        Assert.Equal(LipSyncJobState.Unconfirmed, claim.Job.State);
        Assert.Equal(LipSyncBilled.Unknown, claim.Job.Billed);
        Assert.Equal(ClaimKind.Held, Claim(second).Kind);
    }

    [Fact]
    public void A_run_that_lost_its_job_may_not_send()
    {
        LipSyncJob job;
        int attempt;
        using (var paused = new TestRun(store, "run-1"))
        {
            job = Claim(paused).Job;
            attempt = store.WriteIntent(job.Id, paused.Id, Sent).Attempt;
            Assert.True(store.MaySend(job.Id, paused.Id, attempt));
        }

        using var second = new TestRun(store, "run-2");
        Claim(second);
        Assert.False(store.MaySend(job.Id, "run-1", attempt));
        Assert.False(store.MaySend(job.Id, second.Id, attempt));
    }

    [Fact]
    public void A_late_receipt_settles_a_job_that_was_taken_over()
    {
        LipSyncJob job;
        using (var first = new TestRun(store, "run-1"))
        {
            job = Claim(first).Job;
            store.WriteIntent(job.Id, first.Id, Sent);
        }

        using var second = new TestRun(store, "run-2");
        Claim(second);
        var settled = store.WriteReceipt(job.Id, 1, Accepted);
        Assert.Equal((LipSyncJobState.Queued, "req-1"), (settled.State, settled.RequestId));
        Assert.Equal(ClaimKind.Open, Claim(second).Kind);
    }

    [Fact]
    public void An_intent_needs_the_job()
    {
        using var run = new TestRun(store, "run-1");
        var job = Claim(run).Job;
        Assert.Throws<LipSyncException>(() => store.WriteIntent(job.Id, "run-2", Sent));
        store.WriteIntent(job.Id, run.Id, Sent);
        Assert.Throws<LipSyncException>(() => store.WriteIntent(job.Id, run.Id, Sent));
    }

    [Fact]
    public void The_database_refuses_a_second_open_attempt()
    {
        using var run = new TestRun(store, "run-1");
        var job = Claim(run).Job;
        store.WriteIntent(job.Id, run.Id, Sent);
        using var raw = StoreFile.Open(scratch.Path, time);
        raw.Run("UPDATE jobs SET state = 'Preparing', reserved_micro_usd = 1");
        Assert.Throws<LipSyncException>(() => store.WriteIntent(job.Id, run.Id, Sent with { VideoUrl = "https://other" }));
    }

    [Fact]
    public void Two_jobs_with_the_same_input_urls_are_not_unsettled_at_once()
    {
        using var run = new TestRun(store, "run-1");
        var first = Claim(run).Job;
        var second = store.ClaimPair(Pair with { Video = "key:other" }, run.Id, new JobFacts(), null).Job;
        store.WriteIntent(first.Id, run.Id, Sent);
        Assert.Equal(new Twin(first.Id, IsOut: true), store.WriteIntent(second.Id, run.Id, Sent).Twin);
        store.WriteUnconfirmed(first.Id, 1, "lost");
        Assert.Equal(new Twin(first.Id, IsOut: false), store.WriteIntent(second.Id, run.Id, Sent).Twin);
        store.WriteReceipt(first.Id, 1, Accepted);
        Assert.Equal(1, store.WriteIntent(second.Id, run.Id, Sent).Attempt);
    }

    [Fact]
    public void A_resubmission_that_comes_to_nothing_leaves_what_was_paid_as_it_was()
    {
        using var run = new TestRun(store, "run-1");
        var job = Accept(run);
        store.WriteEnd(job.Id, 1, new JobEnd(LipSyncJobState.Completed, LipSyncBilled.Yes) { ResultUrl = "https://x" });
        store.WriteOutput(job.Id, new Output("/out/v.mp4", "req-1", 5, "abc"), take: true);
        store.WriteSaved(job.Id, "/out/v.mp4");
        store.Release(job.Id, run.Id);
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(ClaimKind.Fresh, Claim(run, time.GetUtcNow()).Kind);
        Assert.Equal(LipSyncJobState.Saved, store.Find(job.Id)!.State);
        Assert.Equal(2, store.WriteIntent(job.Id, run.Id, Sent).Attempt);
        var after = store.WriteNotAccepted(job.Id, 2, delivered: true, "429");
        Assert.Equal((LipSyncJobState.Saved, LipSyncBilled.Yes, "req-1", "/out/v.mp4"), (after.State, after.Billed, after.RequestId, after.OutputPath));
        store.Release(job.Id, run.Id);
        Assert.Equal(ClaimKind.Done, Claim(run).Kind);
        Assert.Throws<LipSyncException>(() => store.WriteIntent(job.Id, run.Id, Sent));
        store.Release(job.Id, run.Id);
        Assert.Equal(ClaimKind.Fresh, Claim(run, time.GetUtcNow()).Kind);
        Assert.Equal(3, store.WriteIntent(job.Id, run.Id, Sent).Attempt);
    }

    [Fact]
    public void A_refused_or_undelivered_attempt_leaves_the_job_ready_and_owing_nothing()
    {
        using var run = new TestRun(store, "run-1");
        var job = Claim(run).Job;
        store.WriteIntent(job.Id, run.Id, Sent);
        Assert.Equal(LipSyncJobState.Preparing, store.WriteNotAccepted(job.Id, 1, delivered: true, "429").State);
        Assert.Equal(2, store.WriteIntent(job.Id, run.Id, Sent).Attempt);
        var after = store.WriteNotAccepted(job.Id, 2, delivered: false, "no connection");
        Assert.Equal((LipSyncJobState.Preparing, LipSyncBilled.No), (after.State, after.Billed));
    }

    [Fact]
    public void The_first_end_that_is_seen_stays()
    {
        using var run = new TestRun(store, "run-1");
        var job = Accept(run);
        store.WriteEnd(job.Id, 1, new JobEnd(LipSyncJobState.Completed, LipSyncBilled.Yes) { ResultUrl = "https://x", Json = "{}" });
        var after = store.WriteEnd(job.Id, 1, new JobEnd(LipSyncJobState.Failed, LipSyncBilled.No) { ErrorType = "late" });
        Assert.Equal((LipSyncJobState.Completed, "https://x"), (after.State, after.ResultUrl));
        Assert.Equal(time.GetUtcNow().AddDays(7), after.CollectBefore);
    }

    [Fact]
    public void A_result_expiry_that_was_asked_for_is_the_deadline()
    {
        using var run = new TestRun(store, "run-1");
        var job = Claim(run).Job;
        store.WriteIntent(job.Id, run.Id, Sent with { ResultExpiry = TimeSpan.FromHours(2) });
        Assert.Equal(time.GetUtcNow().AddHours(1), store.WriteReceipt(job.Id, 1, Accepted).CollectBefore);
        var ended = store.WriteEnd(job.Id, 1, new JobEnd(LipSyncJobState.Completed, LipSyncBilled.Yes) { ResultUrl = "https://x" });
        Assert.Equal(time.GetUtcNow().AddHours(2), ended.CollectBefore);
    }

    [Theory]
    [InlineData(LipSyncBilled.No, true, ClaimKind.Fresh)]
    [InlineData(LipSyncBilled.No, false, ClaimKind.Ended)]
    [InlineData(LipSyncBilled.Yes, true, ClaimKind.Ended)]
    [InlineData(LipSyncBilled.Unknown, true, ClaimKind.Ended)]
    internal void A_failed_pair_is_paid_again_only_when_unbilled_and_retryable(LipSyncBilled billed, bool retryable, ClaimKind expected)
    {
        using var run = new TestRun(store, "run-1");
        var job = Accept(run);
        store.WriteEnd(job.Id, 1, new JobEnd(LipSyncJobState.Failed, billed) { Retryable = retryable, ErrorType = "x" });
        store.Release(job.Id, run.Id);
        Assert.Equal(expected, Claim(run).Kind);
    }

    [Fact]
    public void A_pair_that_keeps_failing_unbilled_is_tried_three_times()
    {
        using var run = new TestRun(store, "run-1");
        for (var n = 1; n <= JobStore.MostTries; n++)
        {
            var claim = Claim(run);
            Assert.Equal(ClaimKind.Fresh, claim.Kind);
            store.WriteIntent(claim.Job.Id, run.Id, Sent);
            store.WriteReceipt(claim.Job.Id, n, Accepted with { RequestId = $"req-{n}" });
            store.WriteEnd(claim.Job.Id, n, new JobEnd(LipSyncJobState.Failed, LipSyncBilled.No) { Retryable = true });
            store.Release(claim.Job.Id, run.Id);
        }

        Assert.Equal(ClaimKind.Ended, Claim(run).Kind);
    }

    [Fact]
    public void A_cancelled_pair_is_paid_anew_only_if_it_was_removed_unrun()
    {
        using var run = new TestRun(store, "run-1");
        var job = Accept(run);
        store.WriteEnd(job.Id, 1, new JobEnd(LipSyncJobState.Cancelled, LipSyncBilled.Unknown));
        store.Release(job.Id, run.Id);
        Assert.Equal(ClaimKind.Ended, Claim(run).Kind);
    }

    [Fact]
    public void ResubmitBefore_pays_again_once_and_not_once_more()
    {
        using var run = new TestRun(store, "run-1");
        var job = Accept(run);
        store.WriteEnd(job.Id, 1, new JobEnd(LipSyncJobState.Completed, LipSyncBilled.Yes) { ResultUrl = "https://x" });
        store.Release(job.Id, run.Id);
        time.Advance(TimeSpan.FromMinutes(1));
        var limit = time.GetUtcNow();
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(ClaimKind.Fresh, Claim(run, limit).Kind);
        store.WriteIntent(job.Id, run.Id, Sent);
        store.WriteReceipt(job.Id, 2, Accepted with { RequestId = "req-2" });
        store.WriteEnd(job.Id, 2, new JobEnd(LipSyncJobState.Completed, LipSyncBilled.Yes) { ResultUrl = "https://y" });
        store.Release(job.Id, run.Id);
        Assert.Equal(ClaimKind.Done, Claim(run, limit).Kind);
    }

    [Fact]
    public void A_saved_file_is_known_by_its_path_and_shown_on_the_job()
    {
        using var run = new TestRun(store, "run-1");
        var job = Accept(run);
        store.WriteEnd(job.Id, 1, new JobEnd(LipSyncJobState.Completed, LipSyncBilled.Yes) { ResultUrl = "https://x" });
        store.WriteOutput(job.Id, new Output("/out/v.mp4", "req-1", 5, "abc"), take: false);
        Assert.Null(store.Find(job.Id)!.OutputPath);
        Assert.False(store.OutputAt("/out/v.mp4")!.IsSaved);
        store.WriteSaved(job.Id, "/out/v.mp4");
        var saved = store.Find(job.Id)!;
        Assert.Equal((LipSyncJobState.Saved, "/out/v.mp4"), (saved.State, saved.OutputPath));
        Assert.Null(saved.CollectBefore);
    }

    [Fact]
    public void A_late_word_that_an_attempt_is_lost_does_not_touch_the_next_one()
    {
        using var run = new TestRun(store, "run-1");
        var job = Accept(run);
        store.WriteLost(job.Id, 1, "gone");
        store.Release(job.Id, run.Id);
        time.Advance(TimeSpan.FromMinutes(1));
        Claim(run, time.GetUtcNow());
        store.WriteIntent(job.Id, run.Id, Sent);
        Assert.Equal(LipSyncJobState.Submitting, store.WriteLost(job.Id, 1, "gone, says another").State);
        var accepted = store.WriteReceipt(job.Id, 2, Accepted with { RequestId = "req-2" });
        Assert.Equal((LipSyncJobState.Queued, "req-2"), (accepted.State, accepted.RequestId));
        Assert.NotNull(accepted.Address);
    }

    [Fact]
    public void Another_jobs_file_is_not_taken_over()
    {
        using var run = new TestRun(store, "run-1");
        var job = Accept(run);
        var other = store.ClaimPair(Pair with { Video = "sha256:w" }, run.Id, new JobFacts(), null).Job;
        store.WriteOutput(job.Id, new Output("/out/v.mp4", "req-1", 5, "abc"), take: false);
        Assert.Equal(LipSyncError.OutputExists, Assert.Throws<LipSyncException>(
            () => store.WriteOutput(other.Id, new Output("/out/v.mp4", "req-2", 6, "def"), take: false)).Error);
        Assert.Equal(job.Id, store.OutputAt("/out/v.mp4")!.JobId);
        store.WriteOutput(other.Id, new Output("/out/v.mp4", "req-2", 6, "def"), take: true);
        Assert.Equal(other.Id, store.OutputAt("/out/v.mp4")!.JobId);
    }

    [Fact]
    public void Jobs_are_found_by_either_id_and_listed_newest_first()
    {
        using var run = new TestRun(store, "run-1");
        var first = Accept(run);
        time.Advance(TimeSpan.FromSeconds(1));
        var second = store.ClaimPair(Pair with { Video = "sha256:w" }, run.Id, new JobFacts { Tag = "Blue" }, null).Job;
        Assert.Equal(first.Id, store.FindByAnyId("req-1")!.Id);
        Assert.Equal([second.Id, first.Id], store.List(new JobFilter()).Select(j => j.Id));
        Assert.Equal([first.Id], store.List(new JobFilter { Pending = true }).Select(j => j.Id));
        Assert.Equal([second.Id], store.List(new JobFilter { Tag = "blue" }).Select(j => j.Id));
        Assert.Null(store.FindByAnyId("nobody"));
    }

    private Claim Claim(TestRun run, DateTimeOffset? resubmitBefore = null) => store.ClaimPair(Pair, run.Id, new JobFacts(), resubmitBefore);

    private LipSyncJob Accept(TestRun run)
    {
        var job = Claim(run).Job;
        store.WriteIntent(job.Id, run.Id, Sent);
        return store.WriteReceipt(job.Id, 1, Accepted);
    }
}
