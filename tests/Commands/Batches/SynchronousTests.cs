using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Batches;

/// <summary>-Synchronous: one blocking call for each pair.</summary>
public sealed class SynchronousTests
{
    private const string Script = "$files | Invoke-KlingLipSync -Destination $out -Synchronous";

    [Fact]
    public async Task Clips_are_saved_and_the_queue_is_not_asked()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 2, RunTime = TimeSpan.FromMilliseconds(100) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(5));

        var jobs = (await shell.RunAsync(Script)).Clean();

        // Five at two slots: no more were ever sent than a new account may run.
        Assert.Equal(5, jobs.Count);
        shell.Emulator.AssertOutputs(jobs);
        Assert.Equal((5, 5), (shell.Emulator.Accepted(), shell.Emulator.Hits(EmulatorRoute.Submit)));
        Assert.Equal((0, 0), (shell.Emulator.Hits(EmulatorRoute.Stream), shell.Emulator.Hits(EmulatorRoute.Result)));
        Assert.All(shell.Emulator.Ledger().Requests, r => Assert.Equal("300", r.Headers["x-fal-request-start-timeout"]));
        Assert.All((await shell.RunAsync(Script)).Clean(), j => Assert.True(j.Reused()));
        Assert.Equal(5, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_clip_without_a_face_is_a_failed_job()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([shell.Folder.Pair("noface.mp4"), shell.Folder.Pair("good.mp4")]);

        var run = await shell.RunAsync(Script);

        var failed = run.OneError("JobFailed", ErrorCategory.InvalidResult).Target();
        Assert.Equal(("Failed", "Yes", "face_detection_error"), (failed.State(), failed.Text("Billed"), failed.Text("ErrorType")));
        Assert.Equal("Saved", Assert.Single(run.Output).State());
    }

    [Fact]
    public async Task A_lost_answer_is_found_by_the_very_command()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(1));
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetAfterAccept));

        var job = (await shell.RunAsync(Script)).CleanOne();

        Assert.False(job.Reused());
        shell.Emulator.AssertOutputs([job]);
        Assert.Equal((1, 1), (shell.Emulator.Accepted(), shell.Emulator.Hits(EmulatorRoute.Submit)));
    }

    [Fact]
    public async Task Ctrl_C_returns_while_the_call_goes_on_and_the_same_command_collects_it()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(6) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        var running = shell.Begin(Script);
        await Until.True(() => shell.Emulator.Accepted() == 2, "both calls");

        await running.StopAsync();

        // Neither has its answer yet, and the command is gone.
        Assert.True((await running.EndAsync()).WasStopped);
        Assert.All(shell.Emulator.Ledger().Requests, r => Assert.Equal("IN_PROGRESS", r.State));
        var jobs = (await shell.RunAsync(Script)).Clean();
        Assert.All(jobs, j => Assert.True(j.Reused()));
        shell.Emulator.AssertOutputs(jobs);
        Assert.Equal((2, 2), (shell.Emulator.Accepted(), shell.Emulator.Hits(EmulatorRoute.Submit)));
    }

    [Theory]
    [InlineData("-NoWait", "-NoWait")]
    [InlineData("-Priority Low", "-Priority")]
    [InlineData("-StartTimeout 3601", "-StartTimeout")]
    public async Task What_is_about_the_queue_is_refused_beside_it(string parameter, string named)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(1));

        var error = (await shell.RunAsync($"{Script} {parameter}")).OneError("SynchronousConflict", ErrorCategory.InvalidArgument);

        Assert.Contains(named, error.Exception.Message);
        shell.Emulator.AssertNothingSent();
    }

    [Fact]
    public async Task The_users_own_limits_are_kept()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(1) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(3));

        (await shell.RunAsync($"{Script} -ThrottleLimit 3 -StartTimeout 60 -Priority Normal")).Clean();

        var requests = shell.Emulator.Ledger().Requests;
        Assert.True(requests.Max(r => r.ReceivedAt) < requests.Min(r => r.EndedAt));
        Assert.All(requests, r => Assert.Equal("60", r.Headers["x-fal-request-start-timeout"]));
    }
}
