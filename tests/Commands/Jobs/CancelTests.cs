using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Jobs;

/// <summary>Stop-KlingLipSyncJob: what became of the wish, and of the money.</summary>
public sealed class CancelTests
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(30);

    [Theory]
    [InlineData("$queued | Stop-KlingLipSyncJob")]
    [InlineData("Stop-KlingLipSyncJob -Id $queued.Id")]
    [InlineData("Stop-KlingLipSyncJob $queued.RequestId")]
    [InlineData("Stop-KlingLipSyncJob -InputObject $queued")]
    public async Task A_queued_job_is_removed_and_paid_anew_by_the_next_run(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 1, RunTime = Never });
        shell["clips"] = shell.Folder.Pairs(2);
        (await shell.RunAsync("$running = Invoke-KlingLipSync $clips[0] -NoWait; $queued = Invoke-KlingLipSync $clips[1] -NoWait")).Clean();

        var stopped = (await shell.RunAsync(script)).CleanOne();

        Assert.Equal(("Cancelled", "Removed", "No"), (stopped.State(), stopped.Text("CancelOutcome"), stopped.Text("Billed")));
        Assert.False((await shell.RunAsync("Invoke-KlingLipSync $clips[1] -NoWait")).CleanOne().Reused());
        Assert.Equal(3, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_running_job_is_asked_and_whether_it_was_billed_stays_open()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = Never });
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -NoWait")).Clean();
        await Until.True(() => shell.Emulator.Ledger().Requests.All(r => r.State == "IN_PROGRESS"), "its start");

        var stopped = (await shell.RunAsync("$job | Stop-KlingLipSyncJob")).CleanOne();
        Assert.Equal("Requested", stopped.Text("CancelOutcome"));

        var ended = (await shell.RunAsync("$job | Wait-KlingLipSyncJob")).CleanOne();
        Assert.Equal(("Cancelled", "Requested"), (ended.State(), ended.Text("CancelOutcome")));
        Assert.NotEqual("No", ended.Text("Billed"));

        // It may have been billed, so it is not paid again by itself.
        var error = (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("JobCancelled", ErrorCategory.OperationStopped);
        Assert.Equal(ended.Id(), error.Target().Id());
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_job_that_has_ended_at_fal_keeps_its_result()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -NoWait")).Clean();
        await Until.True(() => shell.Emulator.Ledger().Requests.All(r => r.State == "COMPLETED"), "its end");

        Assert.Equal("TooLate", (await shell.RunAsync("$job | Stop-KlingLipSyncJob")).CleanOne().Text("CancelOutcome"));

        shell.Emulator.AssertOutputs([(await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne()]);
        Assert.Equal("TooLate", (await shell.RunAsync("$job | Stop-KlingLipSyncJob")).CleanOne().Text("CancelOutcome"));
        Assert.Equal(1, shell.Emulator.Hits(EmulatorRoute.Cancel));
    }
}
