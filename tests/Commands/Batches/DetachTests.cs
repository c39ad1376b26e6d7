using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Batches;

/// <summary>Not waiting, and not waiting any longer.</summary>
public sealed class DetachTests
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(30);

    [Fact]
    public async Task Without_waiting_the_receipts_come_at_once_and_the_same_command_collects()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(1) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(3));

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -NoWait -Destination $out -Tag night");

        Assert.All(run.Clean(), j =>
        {
            Assert.Equal("Queued", j.State());
            Assert.NotNull(j.Get("RequestId"));
            Assert.NotNull(j.Get("SubmittedAt"));
            Assert.NotNull(j.Get("CollectBefore"));
            Assert.Equal("night", j.Text("Tag"));
            Assert.False(j.Reused());
        });
        Assert.Equal(0, shell.Emulator.Hits(EmulatorRoute.Stream));

        var collected = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Clean();
        Assert.All(collected, j => Assert.True(j.Reused()));
        shell.Emulator.AssertOutputs(collected);
        Assert.Equal(3, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_timeout_leaves_the_job_running()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(6) });
        shell["clip"] = shell.Folder.Pair("one.mp4");

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -Timeout 0.5");

        var job = run.OneError("WaitTimeout", ErrorCategory.OperationTimeout).Target();
        Assert.Equal("Queued", job.State());
        Assert.Empty(run.Output);
        Assert.Equal(0, shell.Emulator.Hits(EmulatorRoute.Cancel));
        shell.Emulator.AssertOutputs([(await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne()]);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_timeout_cancels_when_told_to()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { QueueTime = Never });
        shell["clip"] = shell.Folder.Pair("one.mp4");

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -Timeout 0.5 -StopOnTimeout");

        var job = run.OneError("WaitTimeout", ErrorCategory.OperationTimeout).Target();
        Assert.Equal(("Cancelled", "Removed", "No"), (job.State(), job.Text("CancelOutcome"), job.Text("Billed")));
    }
}
