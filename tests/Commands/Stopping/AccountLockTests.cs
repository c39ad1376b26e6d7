using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Stopping;

/// <summary>An account that is locked in the middle of a batch.</summary>
public sealed class AccountLockTests
{
    private const int Sent = 2, Clips = 6;

    [Fact]
    public async Task Spending_stops_with_one_error_whose_target_is_what_was_not_sent()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var (run, error) = await LockMidway(shell);

        Assert.Equal(Sent, run.Output.Count);
        shell.Emulator.AssertOutputs(run.Output);
        var unsent = error.Targets().Select(i => i.Text("VideoPath")!).ToList();
        Assert.Equal(Clips - Sent, unsent.Count);
        Assert.Empty(unsent.Intersect(run.Output.Select(j => j.Text("VideoPath"))));

        // The error itself is what goes back into the pipe.
        shell["stopped"] = error;
        var rest = (await shell.RunAsync("$stopped.TargetObject | Invoke-KlingLipSync")).Clean();
        Assert.Equal(unsent.Order(), rest.Select(j => j.Text("VideoPath")).Order());
        shell.Emulator.AssertOutputs(rest);
        Assert.Equal(Clips, Directory.GetFiles(shell.Folder.Out).Length);
        Assert.Equal(Clips, shell.Emulator.Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task The_same_command_after_the_top_up_pays_for_the_rest_alone()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        await LockMidway(shell);

        var all = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Clean();

        Assert.Equal(Clips, all.Count);
        Assert.Equal(Sent, all.Count(j => j.Reused()));
        shell.Emulator.AssertOutputs(all);
        Assert.Equal(Clips, shell.Emulator.Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task A_lock_that_is_there_from_the_start_sends_nothing_and_loses_nothing()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        shell["first"] = Piped.File(shell.Folder.Pair("clips", "first.mp4"));
        (await shell.RunAsync("$first | Invoke-KlingLipSync -NoWait")).Clean();
        shell.Emulator.Lock();

        var run = await shell.RunAsync("@($first) + $files | Invoke-KlingLipSync -Destination $out -Timeout 1");

        Assert.Equal(["SpendingStopped", "WaitTimeout"], run.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]).Order());
        Assert.Equal(1, shell.Emulator.Hits(EmulatorRoute.Submit));
        shell.Emulator.Unlock();
        shell.Emulator.AssertOutputs((await shell.RunAsync("@($first) + $files | Invoke-KlingLipSync -Destination $out")).Clean());
        Assert.Equal(3, shell.Emulator.Hits(EmulatorRoute.Submit));
    }

    /// <summary>Two clips of six are accepted when the lock falls; it is lifted as soon as another one has met it.</summary>
    private static async Task<(CommandRun Run, ErrorRecord Error)> LockMidway(LipSyncShell shell)
    {
        // Four first uploads hang, so that two clips alone reach the submit.
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Put, FaultKind.SlowHeaders) { Milliseconds = 6000, Times = Clips - Sent });
        shell["files"] = Piped.Files(shell.Folder.Pairs(Clips));
        var running = shell.Begin("$files | Invoke-KlingLipSync -Destination $out");
        await Until.True(() => shell.Emulator.Accepted() == Sent, "two acceptances");
        shell.Emulator.Lock();
        var before = shell.Emulator.Hits(EmulatorRoute.Initiate);
        await Until.True(() => shell.Emulator.Hits(EmulatorRoute.Initiate) > before, "one upload that meets the lock");
        await Until.True(() => running.IsOver || shell.Emulator.Hits(EmulatorRoute.Initiate) == before + Clips - Sent, "all that meet the lock");
        shell.Emulator.Unlock();

        var run = await running.EndAsync();
        var error = run.OneError("SpendingStopped", ErrorCategory.QuotaExceeded);
        Assert.Contains("TargetObject", error.ErrorDetails.RecommendedAction);
        Assert.Equal(Sent, shell.Emulator.Accepted());
        return (run, error);
    }
}
