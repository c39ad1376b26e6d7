using System.Diagnostics;
using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Stopping;

/// <summary>A pipeline that ends before the command does, from below or by an error that stops.</summary>
public sealed class EarlyEndTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Whoever_takes_only_the_first_gets_it_at_once_and_the_rest_goes_on_later()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 1, RunTime = TimeSpan.FromMilliseconds(1500) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(3));
        (await shell.RunAsync("$files | Invoke-KlingLipSync -NoWait")).Clean();

        var running = shell.Begin("$files | Invoke-KlingLipSync -Destination $out | Select-First 1");
        await Until.True(() => running.OutputSoFar.Count > 0, "the first job");
        var watch = Stopwatch.StartNew();
        var first = (await running.EndAsync()).CleanOne();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Soon);
        shell.Emulator.AssertOutputs([first]);
        var all = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Clean();
        Assert.Equal(3, all.Count);
        shell.Emulator.AssertOutputs(all);
        Assert.Equal(3, shell.Emulator.Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task Nothing_more_is_paid_for_after_the_pipeline_has_ended()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(4);
        shell["first"] = Piped.File(clips[0]);
        shell["files"] = Piped.Files(clips);
        (await shell.RunAsync("$first | Invoke-KlingLipSync")).CleanOne();
        var puts = shell.Emulator.Hits(EmulatorRoute.Put);

        // The first one is passed through at once, while the second one still asks where to upload.
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Initiate, FaultKind.SlowHeaders) { Milliseconds = 3000, Times = 0 });
        (await shell.RunAsync("$files | Invoke-KlingLipSync -ThrottleLimit 1 | Select-First 1")).CleanOne();
        shell.Emulator.ClearFaults();

        await shell.IdleAsync();
        Assert.Equal(puts, shell.Emulator.Hits(EmulatorRoute.Put));
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_paid_request_that_is_out_when_the_pipeline_ends_is_not_lost()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        shell["first"] = Piped.File(clips[0]);
        shell["files"] = Piped.Files(clips);
        (await shell.RunAsync("$first | Invoke-KlingLipSync -NoWait")).Clean();
        await Until.True(() => shell.Emulator.Ledger().Requests.All(r => r.State == "COMPLETED"), "the first job's end");

        // By the time the first one's file comes, the second one's request is out and its answer hangs.
        shell.Emulator.AddFaults(
            new Fault(EmulatorRoute.Submit, FaultKind.SlowHeaders) { Milliseconds = 6000 },
            new Fault(EmulatorRoute.Download, FaultKind.SlowHeaders) { Milliseconds = 3000 });
        (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out | Select-First 1")).CleanOne();
        shell.Emulator.ClearFaults();

        var all = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Clean();
        shell.Emulator.AssertOutputs(all);
        Assert.Equal(2, all.Count);
        Assert.Equal(2, shell.Emulator.Accepted());
        Assert.Equal(2, shell.Emulator.Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task Stopping_at_the_first_error_leaves_accepted_jobs_to_the_next_run()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 1, RunTime = TimeSpan.FromSeconds(1) });
        var bad = shell.Folder.Pair("clips", "noface.mp4");
        var clips = shell.Folder.Pairs(2);
        shell["files"] = Piped.Files([bad, .. clips]);
        (await shell.RunAsync("$files | Invoke-KlingLipSync -NoWait -ThrottleLimit 1")).Clean();
        Assert.Equal(3, shell.Emulator.Accepted());

        var stopped = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out -ErrorAction Stop; 'not reached'");

        Assert.Equal(bad, stopped.OneError("JobFailed", ErrorCategory.InvalidResult).Target().Text("VideoPath"));
        Assert.DoesNotContain("not reached", stopped.Output.Select(o => o.ToString()));
        var rerun = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");
        rerun.OneError("JobFailed", ErrorCategory.InvalidResult);
        Assert.Equal(clips, rerun.Output.Select(j => j.Text("VideoPath")).Order());
        shell.Emulator.AssertOutputs(rerun.Output);
        Assert.Equal(3, shell.Emulator.Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task Stopping_at_a_bad_file_sends_nothing_at_all()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([shell.Folder.Clip("clips", "alone.mp4"), .. shell.Folder.Pairs(2)]);

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -ErrorAction Stop");

        run.OneError("PartnerMissing", ErrorCategory.ObjectNotFound);
        Assert.Empty(run.Output);
        shell.Emulator.AssertNothingSent();
    }
}
