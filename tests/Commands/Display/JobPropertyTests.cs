using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Display;

/// <summary>What jobs have beside their own properties: facts to sort and filter by, and names that other commands bind.</summary>
public sealed class JobPropertyTests
{
    [Fact]
    public async Task A_saved_job_tells_its_age_source_cost_and_duration()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("anna.mp4");

        var job = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne();

        Assert.Equal(job.Id(), job.Get("JobId"));
        Assert.Equal("anna.mp4", job.Get("Source"));
        Assert.Equal(0.07m, job.Get("Cost"));
        Assert.InRange(Assert.IsType<TimeSpan>(job.Get("Age")), TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.InRange(Assert.IsType<TimeSpan>(job.Get("Elapsed")), TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.Null(job.Get("TimeLeft"));
    }

    [Fact]
    public async Task An_open_job_tells_how_long_its_result_is_sure_to_be_there()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMinutes(30) });
        shell["clip"] = shell.Folder.Pair("anna.mp4");

        var open = (await shell.RunAsync("Invoke-KlingLipSync $clip -NoWait; Get-KlingLipSyncJob -Local | Where-Object TimeLeft -lt ([TimeSpan]::FromHours(2))")).Clean();

        Assert.Equal(2, open.Count);
        Assert.InRange(Assert.IsType<TimeSpan>(open[1].Get("TimeLeft")), TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        Assert.True((TimeSpan)open[1].Get("Elapsed")! >= TimeSpan.Zero);
    }

    [Fact]
    public async Task A_job_that_fal_does_not_bill_costs_nothing()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 1, RunTime = TimeSpan.FromMinutes(30) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        var stopped = (await shell.RunAsync("$jobs = $files | Invoke-KlingLipSync -NoWait -ThrottleLimit 1; $jobs[1] | Stop-KlingLipSyncJob -Confirm:$false")).CleanOne();

        Assert.Equal(("No", 0m, 0.07m), (stopped.Text("Billed"), (decimal)stopped.Get("Cost")!, (decimal)stopped.Get("QuotedCost")!));
        Assert.Equal("0.00", stopped.Get("ShownCost"));
    }

    [Fact]
    public async Task Two_looks_at_one_job_are_equal()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("anna.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne();

        Assert.Equal("True", (await shell.RunAsync("(Get-KlingLipSyncJob -Local) -eq (Get-KlingLipSyncJob -Local)")).CleanOne().ToString());
    }

    /// <summary>A saved job has a clip and a file. Were the file taken for the clip, it would be paid for.</summary>
    [Fact]
    public async Task A_saved_job_is_its_clip_to_our_commands_and_its_file_to_those_of_the_provider()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("take [1].mp4");
        var job = (await shell.RunAsync("$job = Invoke-KlingLipSync -LiteralPath $clip -Destination $out; $job")).CleanOne();

        Assert.Equal(job.Text("VideoPath"), (await shell.RunAsync("$job | Get-KlingLipSyncMedia")).CleanOne().Text("VideoPath"));
        Assert.Equal("True", (await shell.RunAsync("$job | Test-KlingLipSyncMedia")).CleanOne().ToString());
        Assert.Equal(1, (await shell.RunAsync("$job | Measure-KlingLipSyncCost")).CleanOne().Get("Clips"));
        Assert.True((await shell.RunAsync("$job | Invoke-KlingLipSync -Destination $out")).CleanOne().Reused());
        Assert.Equal($@"Microsoft.PowerShell.Core\FileSystem::{job.Text("OutputPath")}", job.Get("PSPath"));
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_saved_job_that_comes_back_from_another_process_is_still_its_clip()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("anna.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -Destination $out")).Clean();

        var again = (await shell.RunAsync("""
            $back = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($job))
            $back | Invoke-KlingLipSync -Destination $out
            $back | Get-KlingLipSyncJob -Local
            """)).Clean();

        Assert.All(again, j => Assert.Equal("Saved", j.State()));
        Assert.True(again[0].Reused());
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task What_only_the_views_need_is_hidden_and_not_serialised()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("anna.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -Destination $out")).Clean();

        var run = await shell.RunAsync("""
            $job
            [System.Management.Automation.PSSerializer]::Serialize($job)
            [System.Management.Automation.PSSerializer]::Serialize((Get-KlingLipSyncMedia $clip))
            """);

        Assert.DoesNotContain(run.Clean()[0].Properties, p => p.Name.StartsWith("Shown", StringComparison.Ordinal) || p.Name == "PSPath");
        Assert.All(run.Output.Skip(1), xml => Assert.DoesNotContain("\"Shown", xml.ToString()));
        Assert.DoesNotContain("PSPath", run.Output[1].ToString());
        Assert.Contains("N=\"Source\">anna.mp4<", run.Output[1].ToString());
        Assert.Contains("N=\"UtcDateTime\"", run.Output[1].ToString());
    }

    [Fact]
    public async Task What_came_back_from_another_process_reads_like_the_real_thing()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("anna.mp4");

        var run = await shell.RunAsync("""
            $made = @(Invoke-KlingLipSync $clip -NoWait; Get-KlingLipSyncMedia $clip; Measure-KlingLipSyncCost $clip; Set-KlingLipSyncBudget 3 Day -PassThru)
            $made
            $made | ForEach-Object { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($_)) }
            """);

        var objects = run.Clean();
        Assert.Equal(8, objects.Count);
        for (var n = 0; n < 4; n++)
        {
            var (live, back) = (objects[n], objects[n + 4]);
            Assert.Equal("Deserialized." + live.TypeNames[0], back.TypeNames[0]);
            foreach (var cell in TypeFile.CellsOf(live.TypeNames[0]))
            {
                Assert.Equal((live.TypeNames[0], cell, live.Text(cell)), (live.TypeNames[0], cell, back.Text(cell)));
            }
        }
    }
}
