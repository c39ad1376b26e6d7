using System.Diagnostics;
using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary><c>Select-Object -First 1</c> behind every command that emits several objects: one object, no error, no wait, and the next command works.</summary>
public sealed class FirstOnlyTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("$files | Invoke-KlingLipSync -Destination $out")]
    [InlineData("$files | Invoke-KlingLipSync -Destination $out -Synchronous")]
    [InlineData("Get-KlingLipSyncJob")]
    [InlineData("Get-KlingLipSyncJob -Local")]
    [InlineData("$jobs | Wait-KlingLipSyncJob")]
    [InlineData("$jobs | Watch-KlingLipSyncJob")]
    [InlineData("$jobs | Save-KlingLipSyncResult -Destination $out")]
    [InlineData("$jobs | Stop-KlingLipSyncJob")]
    [InlineData("$files | Get-KlingLipSyncMedia -Pair")]
    [InlineData("$files | Get-KlingLipSyncMedia")]
    [InlineData("$files | Test-KlingLipSyncMedia")]
    [InlineData("Get-KlingLipSyncBudget")]
    [InlineData("'Day', 'Month' | ForEach-Object { [pscustomobject]@{ Period = $_; Amount = 5 } } | Set-KlingLipSyncBudget -PassThru")]
    [InlineData("$files | Measure-KlingLipSyncCost")]
    public async Task The_first_object_comes_alone_and_nothing_is_lost(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(4));
        (await shell.RunAsync("$jobs = $files | Invoke-KlingLipSync; Set-KlingLipSyncBudget 5 Day; Set-KlingLipSyncBudget 50 Month")).Clean();

        var watch = Stopwatch.StartNew();
        (await shell.RunAsync($"{script} | Select-First 1")).CleanOne();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Soon);
        await shell.IdleAsync();
        Assert.Equal(4, shell.Emulator.Accepted());
        var all = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Clean();
        Assert.Equal(4, all.Count);
        shell.Emulator.AssertOutputs(all);
        Assert.Equal((4, 4), (shell.Emulator.Accepted(), Directory.GetFiles(shell.Folder.Out).Length));
    }

    [Theory]
    [InlineData("$jobs | Wait-KlingLipSyncJob", "Wait")]
    [InlineData("$jobs | Watch-KlingLipSyncJob", "Watch")]
    [InlineData("$files | Invoke-KlingLipSync", "Invoke")]
    public async Task What_still_waits_for_fal_does_not_hold_the_pipeline(string script, string what)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(3));
        (await shell.RunAsync("$jobs = $files | Invoke-KlingLipSync -NoWait")).Clean();

        // Two of three streams never speak.
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Stream, FaultKind.SlowHeaders) { Milliseconds = 600_000, After = 1, Times = 0 });
        var watch = Stopwatch.StartNew();
        var run = await shell.RunAsync($"{script} | Select-First 1");

        run.CleanOne();
        Assert.True(watch.Elapsed < Soon, what);

        // No bar stays open on the screen.
        Assert.All(run.Progress.GroupBy(r => r.ActivityId), bar => Assert.Equal(ProgressRecordType.Completed, bar.Last().RecordType));
        Assert.Equal(0, shell.Emulator.Hits(EmulatorRoute.Cancel));
    }
}
