using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>The runner over real sockets, files and SQLite: each pair paid once and saved, by however many runs.</summary>
public sealed class BatchTests : BatchScene
{
    [Fact]
    public async Task Every_pair_is_submitted_once_and_its_own_file_saved()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var outcomes = await RunAsync(session, [Pair("a"), Pair("b"), Pair("c")]);
        Assert.All(outcomes, o => Assert.Equal(LipSyncJobState.Saved, o.Job!.State));
        AssertFilesMatch(fal.Ledger(), outcomes);
        Assert.Equal(3, fal.Ledger().Requests.Count);
        Assert.Equal(0, fal.Ledger().KeyLeaks);
    }

    [Fact]
    public async Task The_same_again_sends_nothing_and_fetches_nothing()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        await RunAsync(session, [Pair("a"), Pair("b")]);
        var before = fal.Ledger().Counts;
        var outcomes = await RunAsync(session, [Pair("a"), Pair("b")]);
        Assert.All(outcomes, o => Assert.True(o.Job!.Reused));
        Assert.Equal(before, fal.Ledger().Counts);
    }

    [Fact]
    public async Task One_pair_under_two_names_is_paid_once_and_saved_twice()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var first = Pair("a");
        var copy = first with { Target = Target("elsewhere") };
        var outcomes = await RunAsync(session, [first, copy]);
        Assert.Equal(2, outcomes.Select(o => o.Job!.OutputPath).Distinct().Count());
        Assert.Single(fal.Ledger().Requests);
        Assert.Equal(1, fal.Ledger().Hits(EmulatorRoute.Download));
        AssertFilesMatch(fal.Ledger(), outcomes);
    }

    [Fact]
    public async Task Many_pairs_sharing_a_sound_upload_it_once()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var sound = Pair("a").Audio;
        await RunAsync(session, [.. Enumerable.Range(0, 6).Select(n => Pair("clip" + n) with { Audio = sound })]);
        Assert.Equal(7, fal.Ledger().Hits(EmulatorRoute.Put));
        Assert.Equal(6, fal.Ledger().Requests.Count);
    }

    [Fact]
    public async Task One_url_under_two_keys_is_sent_one_after_the_other()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.SlowHeaders) { Milliseconds = 300, Times = 3 });
        using var session = Session(fal);
        PlannedPair Day(string key) => new()
        {
            Input = new LipSyncInput { VideoUrl = "https://example.com/daily.mp4" },
            Video = MediaInput.FromUrl("https://example.com/daily.mp4", allowLocal: false),
            Audio = MediaInput.FromUrl("https://example.com/daily.wav", allowLocal: false),
            Key = key,
        };
        Assert.All(await RunAsync(session, [Day("1"), Day("2"), Day("3")]), o => Assert.Null(o.Error));
        Assert.Equal(3, fal.Ledger().Requests.Count);
    }

    [Fact]
    public async Task What_is_saved_passes_without_a_word_to_the_store()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        await RunAsync(session, [Pair("a"), Pair("b")]);
        var run = Run.Begin(session.Store, session.Time, "test");
        var before = Changes();
        var batch = new Batch(session, new BatchOptions(), run);
        await batch.RunAsync([Pair("a"), Pair("b")], CancellationToken.None);
        Assert.Equal(before, Changes());
        Assert.True(batch.Outcomes.TryRead(out var first) && first.Job is { Reused: true, OutputPath: not null });
        await run.DisposeAsync();

        long Changes() => new FileInfo(scratch.File("store/store.db-wal")).Length;
    }

    [Fact]
    public async Task A_second_run_on_the_store_waits_on_the_row_and_not_on_fal()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(1) });
        using var session = Session(fal);
        using var other = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"));
        var first = RunAsync(session, [Pair("a")]);
        while (fal.Ledger().Requests.Count == 0)
        {
            await Task.Delay(10);
        }

        var before = fal.Ledger().Counts.Values.Sum();
        var second = Assert.Single(await RunAsync(other, [Pair("a")]));
        Assert.Equal((LipSyncJobState.Saved, true), (second.Job!.State, second.Job.Reused));
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await first).Job!.State);

        // What came after the submission is one run's: a stream, a result and a download.
        var ledger = fal.Ledger();
        Assert.Equal((1, 1, 1, 1), (ledger.Hits(EmulatorRoute.Submit), ledger.Hits(EmulatorRoute.Stream), ledger.Hits(EmulatorRoute.Result), ledger.Hits(EmulatorRoute.Download)));
        Assert.InRange(ledger.Counts.Values.Sum() - before, 2, 3);
    }

    [Fact]
    public async Task A_run_that_never_finishes_is_not_waited_for_without_end()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true });
        using var stuck = new TestRun(session.Store, "stuck");
        var id = Assert.Single(session.Store.List(new JobFilter())).Id;
        Assert.True(session.Store.TryOwn(id, stuck.Id));
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")], new BatchOptions { Timeout = TimeSpan.FromMilliseconds(50) }));
        Assert.Equal((LipSyncError.WaitTimeout, LipSyncJobState.Queued), (outcome.Error!.Error, outcome.Job!.State));
        Assert.Contains("another run", outcome.Error.Message, StringComparison.Ordinal);
    }
}
