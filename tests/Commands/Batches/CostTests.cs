using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Batches;

/// <summary>-MaxCost is looked at before anything is sent, and counts what was paid before.</summary>
public sealed class CostTests
{
    [Fact]
    public async Task Above_the_limit_nothing_is_sent()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        shell["files"] = Piped.Files([.. clips, Long(shell)]);

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -MaxCost 0.27");

        var error = run.OneError("MaxCostExceeded", ErrorCategory.LimitsExceeded);
        Assert.Equal(3, error.Targets().Length);
        Assert.Contains("0.28", error.Exception.Message);
        Assert.Contains("0.27", error.Exception.Message);
        Assert.Empty(run.Output);
        shell.Emulator.AssertNothingSent();

        Assert.Equal(3, (await shell.RunAsync("$files | Invoke-KlingLipSync -MaxCost 0.28")).Clean().Count);
        Assert.Equal(0.28m, shell.Emulator.Ledger().AmountUsd);
    }

    [Fact]
    public async Task A_pair_for_two_destinations_is_paid_once_and_counts_once()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("one.mp4");
        shell["rows"] = new[] { "a", "b" }.Select(d => Piped.Row(("VideoPath", clip), ("Destination", shell.Folder.At(d)))).ToArray();

        Assert.Equal(2, (await shell.RunAsync("$rows | Invoke-KlingLipSync -MaxCost 0.07")).Clean().Count);

        Assert.Equal(0.07m, shell.Emulator.Ledger().AmountUsd);
    }

    [Fact]
    public async Task What_earlier_runs_paid_counts()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        (await shell.RunAsync("$files[0] | Invoke-KlingLipSync -MaxCost 0.07")).Clean();

        (await shell.RunAsync("$files | Invoke-KlingLipSync -MaxCost 0.07")).OneError("MaxCostExceeded", ErrorCategory.LimitsExceeded);

        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_job_says_what_it_costs()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = Long(shell);

        var job = (await shell.RunAsync("Invoke-KlingLipSync $clip")).CleanOne();

        Assert.Equal((10, 0.14m, "Yes"), ((int)job.Get("BilledSeconds")!, (decimal)job.Get("QuotedCost")!, job.Text("Billed")!));
        Assert.Equal(10m, job.Get("BillableUnits"));
    }

    /// <summary>A clip of two steps of five seconds.</summary>
    private static string Long(LipSyncShell shell)
    {
        shell.Folder.Sound("clips", "long.wav");
        return shell.Folder.Write(SampleMedia.Clip(7.5), "clips", "long.mp4");
    }
}
