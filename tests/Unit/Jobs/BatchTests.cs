using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Results;
using KlingLipSync.Tests.Unit.Fal;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>The runner over real sockets, files and SQLite: from Preparing to Saved, and on from any state.</summary>
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

    [Theory]
    [InlineData(401, """{"detail":"No user found for Key ID and Secret"}""", LipSyncError.ApiKeyRejected)]
    [InlineData(403, """{"detail":"User is locked."}""", LipSyncError.AccountLocked)]
    [InlineData(200, "<html>log in</html>", LipSyncError.EndpointNotFal)]
    public async Task A_door_that_does_not_open_stops_the_batch_before_its_first_upload(int status, string body, LipSyncError reason)
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Status, FaultKind.Status) { Status = status, Body = body, Times = int.MaxValue });
        using var session = Session(fal);
        var run = await RunBatchAsync(session, [Pair("a"), Pair("b")], null);
        Assert.Equal(reason, run.Stopped!.Error);
        Assert.All(run.Outcomes, o => Assert.True(o.IsUnsent));
        Assert.Equal(0, fal.Ledger().Hits(EmulatorRoute.Initiate));
        Assert.Equal(1, fal.Ledger().Hits(EmulatorRoute.Status));
    }

    [Fact]
    public async Task A_job_past_its_waiting_time_is_looked_at_before_it_is_given_up()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true });
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")], new BatchOptions { Timeout = TimeSpan.Zero }));
        Assert.Equal(LipSyncJobState.Saved, outcome.Job!.State);
    }

    [Fact]
    public async Task Waiting_ends_at_the_timeout_and_the_job_goes_on()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(30) });
        using var session = Session(fal);
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")], new BatchOptions { Timeout = TimeSpan.FromMilliseconds(300) }));
        Assert.Equal((LipSyncError.WaitTimeout, LipSyncJobState.Queued), (outcome.Error!.Error, outcome.Job!.State));
        Assert.Equal(0, fal.Ledger().Hits(EmulatorRoute.Cancel));
        var stopped = Assert.Single(await RunAsync(session, [Pair("a")], new BatchOptions { Timeout = TimeSpan.Zero, StopOnTimeout = true }));
        Assert.Equal(LipSyncError.WaitTimeout, stopped.Error!.Error);
        Assert.Equal(LipSyncCancelOutcome.Requested, stopped.Job!.CancelOutcome);
    }

    [Fact]
    public async Task A_throttled_submit_is_refused_waited_for_and_sent_again()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.Status) { Status = 429, Times = 2, Headers = new Dictionary<string, string> { ["Retry-After"] = "7" } });
        using var session = Session(fal);
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal(LipSyncJobState.Saved, outcome.Job!.State);
        Assert.Single(fal.Ledger().Requests);
        Assert.Contains(time.Waits, wait => wait >= TimeSpan.FromSeconds(7) && wait < TimeSpan.FromSeconds(9));
    }

    [Theory]
    [InlineData("noface", "face_detection_error", LipSyncBilled.Yes)]
    [InlineData("partner", "downstream_service_unavailable", LipSyncBilled.No)]
    public async Task A_failure_at_fal_names_itself_and_its_bill(string name, string type, LipSyncBilled billed)
    {
        await using var fal = await StartAsync();
        using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), new LeapingTime());
        var outcome = Assert.Single(await RunAsync(session, [Pair(name)]));
        Assert.Equal(LipSyncError.JobFailed, outcome.Error!.Error);
        Assert.Equal((LipSyncJobState.Failed, type, billed), (outcome.Job!.State, outcome.Job.ErrorType, outcome.Job.Billed));
    }

    [Fact]
    public async Task A_locked_account_stops_spending_and_collects_what_runs()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true });
        fal.AddFaults(
            new Fault(EmulatorRoute.Initiate, FaultKind.Status) { Status = 403, Body = """{"detail":"User is locked. Reason: Exhausted balance."}""", Times = int.MaxValue });
        var run = await RunBatchAsync(session, [Pair("a"), Pair("b"), Pair("c")], new BatchOptions { ThrottleLimit = 1 });
        Assert.Equal(LipSyncError.AccountLocked, run.Stopped!.Error);
        Assert.Equal([false, true, true], run.Outcomes.Select(o => o.IsUnsent));
        Assert.Equal(LipSyncJobState.Saved, run.Outcomes[0].Job!.State);
        Assert.Equal(1, fal.Ledger().Hits(EmulatorRoute.Initiate) - 2);
        fal.ClearFaults();
        Assert.All(await RunAsync(session, [Pair("a"), Pair("b"), Pair("c")]), o => Assert.Equal(LipSyncJobState.Saved, o.Job!.State));
        Assert.Equal(3, fal.Ledger().Requests.Count);
    }

    [Fact]
    public async Task Polling_serves_where_the_stream_does_not()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Streaming = false, RunTime = TimeSpan.FromMilliseconds(50) });
        using var session = Session(fal);
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
        Assert.True(fal.Ledger().Hits(EmulatorRoute.Status) > 0);
    }

    [Fact]
    public async Task Polls_that_fail_end_nothing()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Streaming = false, RunTime = TimeSpan.FromMilliseconds(50) });
        using var session = Session(fal);
        await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true });
        fal.AddFaults(
            new Fault(EmulatorRoute.Status, FaultKind.Status) { Status = 401, Body = """{"detail":"x"}""", Times = 2 },
            new Fault(EmulatorRoute.Result, FaultKind.Status) { Status = 403, Body = """{"detail":"User is locked."}""", Times = 2 });
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
    }

    [Fact]
    public async Task A_job_that_fal_keeps_denying_is_lost_only_once_its_history_denies_it_too()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Streaming = false });
        using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), new LeapingTime());
        await RunAsync(session, [Pair("a")], new BatchOptions { NoWait = true });
        fal.AddFaults(
            new Fault(EmulatorRoute.Status, FaultKind.Status) { Status = 404, Body = """{"status":"NOT_FOUND"}""", Times = int.MaxValue },
            new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 503, Times = 4 },
            new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 200, Body = """{"items":[],"next_cursor":null,"has_more":false}""", Times = int.MaxValue });
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncError.JobLost, LipSyncJobState.Lost), (outcome.Error!.Error, outcome.Job!.State));
        Assert.True(fal.Ledger().Hits(EmulatorRoute.History) > 4);
        Assert.True(fal.Ledger().Hits(EmulatorRoute.Status) > 3);
        Assert.Single(fal.Ledger().Requests);
    }

    [Fact]
    public async Task A_file_in_the_way_stops_the_pair_before_its_upload()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var pair = Pair("a");
        Directory.CreateDirectory(pair.Target!.Folder);
        File.WriteAllText(pair.Target.PathFor(pair.Video, pair.Audio, default), "mine");
        Assert.Equal(LipSyncError.OutputExists, Assert.Single(await RunAsync(session, [pair])).Error!.Error);
        Assert.Equal(0, fal.Ledger().Hits(EmulatorRoute.Initiate));
        Assert.Equal("mine", File.ReadAllText(pair.Target.PathFor(pair.Video, pair.Audio, default)));
    }

    [Fact]
    public async Task A_file_that_changes_after_its_hash_is_not_paid_for()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var pair = Pair("a");
        var info = new FileInfo(pair.Video.Path!);
        session.Store.CacheHash(info.FullName, info.Length, info.LastWriteTimeUtc, new string('0', 64));
        Assert.Equal(LipSyncError.FileChanged, Assert.Single(await RunAsync(session, [pair])).Error!.Error);
        Assert.Empty(fal.Ledger().Requests);
    }

    [Fact]
    public async Task A_deleted_output_is_copied_from_another_place_else_fetched_again()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var first = Pair("a");
        var second = first with { Target = Target("second") };
        var outcomes = await RunAsync(session, [first, second]);
        File.Delete(outcomes[0].Job!.OutputPath!);
        await RunAsync(session, [first]);
        Assert.Equal(1, fal.Ledger().Hits(EmulatorRoute.Download));
        outcomes.ForEach(o => File.Delete(o.Job!.OutputPath!));
        AssertFilesMatch(fal.Ledger(), await RunAsync(session, [first]));
        Assert.Equal(2, fal.Ledger().Hits(EmulatorRoute.Download));
        Assert.Single(fal.Ledger().Requests);
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
    public async Task A_cut_download_leaves_no_torn_file_and_is_finished()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.Truncate) { Bytes = 100, Times = 3 });
        using var session = Session(fal);
        AssertFilesMatch(fal.Ledger(), await RunAsync(session, [Pair("a")]), fal);
        Assert.Empty(Directory.GetFiles(scratch.File("out"), "*.partial"));
    }

    [Fact]
    public async Task A_refused_resubmission_neither_forgets_the_payment_nor_pays_later()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        await RunAsync(session, [Pair("a")]);
        var again = new BatchOptions { ResubmitBefore = time.GetUtcNow().AddMinutes(1) };
        Assert.Equal(LipSyncError.OutputExists, Assert.Single(await RunAsync(session, [Pair("a")], again)).Error!.Error);
        var rerun = Assert.Single(await RunAsync(session, [Pair("a") with { Target = Target("out") with { Overwrite = true } }]));
        Assert.Equal((LipSyncJobState.Saved, true), (rerun.Job!.State, rerun.Job.Reused));
        Assert.Single(fal.Ledger().Requests);
    }

    [Fact]
    public async Task A_file_host_that_denies_a_fresh_result_does_not_make_it_lost()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.Status) { Status = 404, Body = "<html>blocked</html>", Times = 3 });
        using var session = Session(fal);
        var denied = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncError.DownloadFailed, LipSyncJobState.Completed), (denied.Error!.Error, denied.Job!.State));
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
    }

    [Fact]
    public async Task A_file_that_stays_away_past_its_time_is_lost()
    {
        await using var fal = await StartAsync();
        var late = new LeapingTime();
        using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), late);
        await RunAsync(session, [Pair("a") with { Target = null }]);
        await Task.Delay(Retention.Media, late);
        fal.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.Status) { Status = 404, Times = int.MaxValue });
        var gone = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncError.JobLost, LipSyncJobState.Lost), (gone.Error!.Error, gone.Job!.State));
    }

    [Fact]
    public async Task A_saved_file_that_is_away_does_not_make_its_job_lost()
    {
        await using var fal = await StartAsync();
        var late = new LeapingTime();
        using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), late);
        var output = Assert.Single(await RunAsync(session, [Pair("a")])).Job!.OutputPath!;
        var folder = Path.GetDirectoryName(output)!;
        Directory.Move(folder, folder + ".away");
        await Task.Delay(Retention.Media, late);
        fal.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.Status) { Status = 404, Times = int.MaxValue });
        var elsewhere = Pair("a") with { Target = Target("elsewhere") };
        var away = Assert.Single(await RunAsync(session, [elsewhere]));
        Assert.Equal((LipSyncError.DownloadFailed, LipSyncJobState.Saved), (away.Error!.Error, away.Job!.State));
        Assert.Contains(output, away.Error.Message, StringComparison.Ordinal);
        Directory.Move(folder + ".away", folder);
        Assert.True(Assert.Single(await RunAsync(session, [elsewhere])).Job!.Reused);
    }

    [Fact]
    public async Task A_saved_file_that_is_nowhere_any_more_is_lost_until_it_is_back()
    {
        await using var fal = await StartAsync();
        var late = new LeapingTime();
        using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), late);
        var output = Assert.Single(await RunAsync(session, [Pair("a")])).Job!.OutputPath!;
        File.Move(output, output + ".away");
        await Task.Delay(Retention.Media, late);
        fal.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.Status) { Status = 404, Times = int.MaxValue });
        var gone = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncError.JobLost, LipSyncJobState.Lost), (gone.Error!.Error, gone.Job!.State));
        Assert.Contains(output, gone.Error.Message, StringComparison.Ordinal);
        Assert.Single(fal.Ledger().Requests);
        File.Move(output + ".away", output);
        var back = Assert.Single(await RunAsync(session, [Pair("a")])).Job!;
        Assert.Equal((LipSyncJobState.Saved, true, output), (back.State, back.Reused, back.OutputPath));
    }

    [Fact]
    public async Task A_job_past_its_waiting_time_that_failed_at_fal_is_settled()
    {
        await using var fal = await StartAsync();
        using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), new LeapingTime());
        await RunAsync(session, [Pair("crash")], new BatchOptions { NoWait = true });
        var outcome = Assert.Single(await RunAsync(session, [Pair("crash")], new BatchOptions { Timeout = TimeSpan.Zero }));
        Assert.Equal((LipSyncError.JobFailed, LipSyncBilled.No), (outcome.Error!.Error, outcome.Job!.Billed));
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

    [Theory]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT")]
    [InlineData("Thu, 01 Jan 2099 00:00:00 GMT")]
    public async Task A_throttle_with_a_date_that_makes_no_sense_is_waited_out_sensibly(string retryAfter)
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.Status) { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = retryAfter } });
        using var session = Session(fal);
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
        Assert.All(time.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(75)));
    }

    [Fact]
    public async Task A_web_page_in_place_of_the_upload_is_no_upload()
    {
        await using var fal = await StartAsync();
        var page = new Fault(EmulatorRoute.Put, FaultKind.Status)
        {
            Status = 200,
            Body = "<!DOCTYPE html><p>Log in</p>",
            Headers = new Dictionary<string, string> { ["Content-Type"] = "text/html" },
        };
        fal.AddFaults(page);
        using var session = Session(fal);
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [Pair("a")])).Job!.State);
        Assert.Equal(3, fal.Ledger().Hits(EmulatorRoute.Initiate));
        fal.AddFaults(page with { Times = 0 });
        Assert.Equal(LipSyncError.UploadFailed, Assert.Single(await RunAsync(session, [Pair("b")])).Error!.Error);
        Assert.Equal(1, fal.Ledger().Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task A_failure_that_only_the_result_call_tells_of_is_not_paid_for_again()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Result, FaultKind.Status) { Status = 500, Body = """{"detail":"Internal Server Error"}""", Times = 0 });
        using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), new LeapingTime());
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncJobState.Saved, LipSyncBilled.Yes), (outcome.Job!.State, outcome.Job.Billed));
        Assert.Single(fal.Ledger().Requests);
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
    public async Task A_file_that_another_process_has_just_saved_is_no_strangers()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);
        var pair = Pair("a");
        Assert.False(session.Store.IsOutput(scratch.File("out/a.lipsync.mp4")));
        using (var other = Session(fal))
        {
            await RunAsync(other, [pair]);
        }

        var request = new PairRequest(pair.Input with { Destination = scratch.File("out") }, new PairSettings { Template = NameTemplate.Parse(null) });
        var names = new OutputNames(session.Store, [request], DateTimeOffset.UtcNow, isRehearsal: false);
        var named = new NamedPair(pair.Input, request.Settings, pair.Video, pair.Audio, []);
        Assert.NotNull(names.Take(named, pair.Target!, isSent: true));
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

    [Fact]
    public async Task After_an_error_that_stops_nothing_goes_out_of_those_that_wait_for_their_place()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal);

        // The first is refused at once; all others are still out then.
        fal.AddFaults(
            new Fault(EmulatorRoute.Submit, FaultKind.Status) { Status = 422, Body = """{"detail":"no"}""" },
            new Fault(EmulatorRoute.Submit, FaultKind.SlowHeaders) { Milliseconds = 2000, Times = 0 });
        var pairs = Enumerable.Range(0, 100).Select(n => new PlannedPair
        {
            Input = new LipSyncInput(),
            Video = MediaInput.Of(null, $"https://example.com/{n}.mp4"),
            Audio = MediaInput.Of(null, "https://example.com/a.wav"),
        }).ToList();

        var (outcomes, stopped) = await RunBatchAsync(session, pairs, new BatchOptions { ThrottleLimit = pairs.Count, StopAtError = true, NoWait = true });

        // Those whose requests were out when the first one failed, and no more.
        Assert.Equal(LipSyncError.SubmitRefused, stopped!.Error);
        Assert.Single(outcomes, o => o.Error is not null);
        Assert.InRange(fal.Ledger().Hits(EmulatorRoute.Submit), 1, 16);
        Assert.Equal(pairs.Count - fal.Ledger().Hits(EmulatorRoute.Submit), outcomes.Count(o => o.IsUnsent));
    }
}
