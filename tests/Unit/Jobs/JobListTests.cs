using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>A store so long that its lists are read in halves.</summary>
public sealed class JobListTests : IDisposable
{
    private const int Many = 2_500;

    private readonly Scratch scratch = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly JobStore store;
    private readonly TestRun run;
    private readonly List<string> ids = [];

    public JobListTests()
    {
        store = new JobStore(scratch.Path, time);
        run = new TestRun(store, "run-1");
        for (var n = 0; n < Many; n++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var pair = new PairIdentity("fal", "model", "key", $"sha256:{n}", "sha256:a");
            ids.Add(store.ClaimPair(pair, run.Id, new JobFacts { VideoPath = $"/{n}.mp4", AudioPath = "/a.wav", Tag = n % 2 == 0 ? "even" : "odd" }, null).Job.Id);
        }
    }

    public void Dispose()
    {
        run.Dispose();
        store.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void Every_job_is_listed_once_and_newest_first()
    {
        var listed = store.List(new JobFilter());
        Assert.Equal(ids.AsEnumerable().Reverse(), listed.Select(j => j.Id));
        Assert.Equal("/0.mp4", listed[^1].VideoPath);
    }

    [Fact]
    public void The_halves_are_filtered_alike()
    {
        Assert.Equal(Many / 2, store.List(new JobFilter { Tag = "even" }).Count);
        Assert.Equal(100, store.List(new JobFilter { After = time.GetUtcNow().AddSeconds(-100) }).Count);
        Assert.Equal(99, store.List(new JobFilter { Before = time.GetUtcNow().AddSeconds(100 - Many) }).Count);
    }

    [Fact]
    public void A_clock_that_jumped_back_leaves_the_order_by_time()
    {
        time.AdjustTime(time.GetUtcNow().AddHours(-1));
        var late = store.ClaimPair(new PairIdentity("fal", "model", "key", "sha256:late", "sha256:a"), run.Id, new JobFacts { VideoPath = "/late.mp4", AudioPath = "/a.wav" }, null).Job;
        var listed = store.List(new JobFilter());
        Assert.Equal(listed.OrderByDescending(j => j.CreatedAt).Select(j => j.Id), listed.Select(j => j.Id));
        Assert.Equal(late.Id, listed[^1].Id);
    }

    [Fact]
    public void What_is_pending_comes_by_its_deadline_across_the_halves()
    {
        // The older the job, the later its receipt: the deadlines run against the order of the rows.
        foreach (var n in new[] { Many - 1, Many / 2, 0 })
        {
            time.Advance(TimeSpan.FromMinutes(1));
            var id = ids[n];
            var attempt = store.WriteIntent(id, run.Id, new Intent($"https://v/{n}", "https://a", "key", TimeSpan.FromHours(6), null, DateTimeOffset.UnixEpoch)).Attempt;
            store.WriteReceipt(id, attempt, new Receipt($"req-{n}", new JobAddress("https://s", "https://r", "https://c")));
        }

        Assert.Equal([ids[Many - 1], ids[Many / 2], ids[0]], store.List(new JobFilter { Pending = true }).Select(j => j.Id));
    }
}
