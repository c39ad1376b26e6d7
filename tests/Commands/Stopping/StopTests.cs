using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Stopping;

/// <summary>Ctrl+C in every phase: the command is gone at once, nothing is lost, and the same command goes on.</summary>
public sealed class StopTests
{
    private const string Script = "$files | Invoke-KlingLipSync -Destination $out";

    /// <summary>The command promises one second; the rest is for a busy machine.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task While_the_files_go_up()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Put, FaultKind.SlowHeaders) { Milliseconds = 600_000, Times = 0 });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        await StoppedOnce(shell, () => shell.Emulator.Hits(EmulatorRoute.Put) == 2);

        await shell.IdleAsync();
        Assert.Equal(0, shell.Emulator.Accepted());
        await EndsWhole(shell, 2);
    }

    [Fact]
    public async Task While_fal_takes_its_time_to_say_where_to()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Initiate, FaultKind.SlowHeaders) { Milliseconds = 600_000, Times = 0 });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        await StoppedOnce(shell, () => shell.Emulator.Hits(EmulatorRoute.Initiate) == 2);

        await shell.IdleAsync();
        Assert.Equal(0, shell.Emulator.Hits(EmulatorRoute.Put));
        await EndsWhole(shell, 2);
    }

    [Fact]
    public async Task While_the_paid_request_is_out()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.SlowHeaders) { Milliseconds = 4000, Times = 2 });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        await StoppedOnce(shell, () => shell.Emulator.Accepted() == 2);

        // The receipts come after the command has gone; the rerun waits for them and pays nothing.
        var jobs = await EndsWhole(shell, 2);
        Assert.All(jobs, j => Assert.True(j.Reused()));
    }

    [Fact]
    public async Task While_the_paid_request_is_out_and_its_answer_is_lost()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetAfterAccept) { Milliseconds = 2500 });
        shell["files"] = Piped.Files(shell.Folder.Pairs(1));

        await StoppedOnce(shell, () => shell.Emulator.Accepted() == 1);

        shell.Emulator.ClearFaults();
        var error = (await shell.RunAsync(Script)).OneError("SubmitUnconfirmed", ErrorCategory.OperationStopped);
        Assert.Equal("Unconfirmed", error.Target().State());
        Assert.Equal("Unknown", error.Target().Text("Billed"));
        Assert.Equal(1, shell.Emulator.Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task While_fal_works()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(5) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        await StoppedOnce(shell, () => shell.Emulator.Hits(EmulatorRoute.Stream) == 2);

        Assert.Equal(2, (await shell.RunAsync("Get-KlingLipSyncJob -Pending")).Clean().Count);
        Assert.All(await EndsWhole(shell, 2), j => Assert.True(j.Reused()));
    }

    [Fact]
    public async Task While_the_result_comes_down()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.SlowBody) { Milliseconds = 60_000, Bytes = 16, Times = 0 });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        await StoppedOnce(shell, () => shell.Emulator.Hits(EmulatorRoute.Download) == 2);

        Assert.Empty(Directory.GetFiles(shell.Folder.Out, "*.mp4"));
        await EndsWhole(shell, 2);
    }

    [Fact]
    public async Task While_waiting_for_known_jobs()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(5) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        (await shell.RunAsync("$jobs = $files | Invoke-KlingLipSync -NoWait")).Clean();

        await StoppedOnce(shell, () => shell.Emulator.Hits(EmulatorRoute.Stream) == 2, "$jobs | Wait-KlingLipSyncJob");

        Assert.All(await EndsWhole(shell, 2), j => Assert.True(j.Reused()));
    }

    /// <summary>Stops the script as soon as the condition holds, and sees it go quickly and without a word.</summary>
    private static async Task StoppedOnce(LipSyncShell shell, Func<bool> condition, string script = Script)
    {
        var running = shell.Begin(script);
        await Until.True(condition, "the moment to stop");

        var took = await running.StopAsync();

        var run = await running.EndAsync();
        Assert.True(run.WasStopped);
        Assert.InRange(took, TimeSpan.Zero, Soon);
        Assert.Empty(run.Errors);
    }

    /// <summary>The same command again ends with every file saved and each pair paid exactly once.</summary>
    private static async Task<IReadOnlyList<PSObject>> EndsWhole(LipSyncShell shell, int count)
    {
        shell.Emulator.ClearFaults();
        var jobs = (await shell.RunAsync(Script)).Clean();
        Assert.Equal(count, jobs.Count);
        shell.Emulator.AssertOutputs(jobs);
        Assert.Equal(count, shell.Emulator.Accepted());
        Assert.Equal(count, shell.Emulator.Hits(EmulatorRoute.Submit));
        Assert.Equal(count, Directory.GetFiles(shell.Folder.Out).Length);
        return jobs;
    }
}
