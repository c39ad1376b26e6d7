using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Results;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>Results as files: what is in the way, what is copied, fetched again, or lost.</summary>
public sealed class BatchFileTests : BatchScene
{
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
    public async Task A_cut_download_leaves_no_torn_file_and_is_finished()
    {
        await using var fal = await StartAsync();
        fal.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.Truncate) { Bytes = 100, Times = 3 });
        using var session = Session(fal);
        AssertFilesMatch(fal.Ledger(), await RunAsync(session, [Pair("a")]), fal);
        Assert.Empty(Directory.GetFiles(scratch.File("out"), "*.partial"));
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
}
