using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Jobs;

/// <summary>Wait-KlingLipSyncJob: each job as it ends, however it ends.</summary>
public sealed class WaitTests
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(30);

    [Theory]
    [InlineData("$jobs | Wait-KlingLipSyncJob")]
    [InlineData("Wait-KlingLipSyncJob -InputObject $jobs")]
    [InlineData("Wait-KlingLipSyncJob -Id $jobs.Id")]
    [InlineData("Wait-KlingLipSyncJob $jobs.RequestId")]
    [InlineData("$jobs.Id | Wait-KlingLipSyncJob")]
    [InlineData("$jobs | ForEach-Object { [pscustomobject]@{ Id = $_.Id } } | Wait-KlingLipSyncJob")]
    public async Task Every_way_to_name_jobs_waits_for_them(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMilliseconds(200) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        (await shell.RunAsync("$jobs = @($files | Invoke-KlingLipSync -NoWait)")).Clean();

        var ended = (await shell.RunAsync(script)).Clean();

        Assert.Equal(["Completed", "Completed"], ended.Select(j => j.State()));
        Assert.Equal(2, ended.Select(j => j.Id()).Distinct().Count());
    }

    [Fact]
    public async Task A_job_that_failed_is_emitted_and_no_error()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([shell.Folder.Pair("noface.mp4"), shell.Folder.Pair("good.mp4")]);
        (await shell.RunAsync("$jobs = $files | Invoke-KlingLipSync -NoWait")).Clean();

        var ended = (await shell.RunAsync("$jobs | Wait-KlingLipSyncJob")).Clean();

        Assert.Equal(["Completed", "Failed"], ended.Select(j => j.State()).Order());
        var failed = ended.Single(j => j.State() == "Failed");
        Assert.Equal("face_detection_error", failed.Text("ErrorType"));
        Assert.Contains("No face", failed.Text("ErrorMessage"));
        Assert.Equal("Yes", failed.Text("Billed"));
    }

    [Fact]
    public async Task The_first_one_to_end_is_enough_for_any()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 1, RunTime = TimeSpan.FromSeconds(1.5) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(3));
        (await shell.RunAsync("$jobs = $files | Invoke-KlingLipSync -NoWait -ThrottleLimit 1")).Clean();

        var first = (await shell.RunAsync("$jobs | Wait-KlingLipSyncJob -Any")).CleanOne();

        Assert.Equal("Completed", first.State());
        Assert.Contains(shell.Emulator.Ledger().Requests, r => r.State != "COMPLETED");
        var again = (await shell.RunAsync("$jobs | Wait-KlingLipSyncJob -Any")).CleanOne();
        Assert.Equal(first.Id(), again.Id());
    }

    [Fact]
    public async Task Whoever_waits_too_long_is_told_and_the_job_goes_on()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = Never });
        shell["clip"] = shell.Folder.Pair("one.mp4");
        var job = (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -NoWait; $job")).CleanOne();

        foreach (var script in new[] { "$job | Wait-KlingLipSyncJob -Timeout 0.5", "$job | Wait-KlingLipSyncJob -Timeout ([TimeSpan]::FromMilliseconds(500))" })
        {
            var run = await shell.RunAsync(script);

            Assert.Equal(job.Id(), run.OneError("WaitTimeout", ErrorCategory.OperationTimeout).Target().Id());
            Assert.Empty(run.Output);
        }

        Assert.Equal("Running", (await shell.RunAsync("$job | Get-KlingLipSyncJob")).CleanOne().State());
        Assert.Equal(0, shell.Emulator.Hits(EmulatorRoute.Cancel));
    }

    [Fact]
    public async Task A_broken_stream_is_followed_by_looking()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMilliseconds(300), Streaming = false });
        shell["clip"] = shell.Folder.Pair("one.mp4");

        Assert.Equal("Saved", (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne().State());
        Assert.True(shell.Emulator.Hits(EmulatorRoute.Status) > 1);
    }

    [Fact]
    public async Task The_bar_is_left_closed()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(1) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -NoWait | Wait-KlingLipSyncJob");

        Assert.Equal(2, run.Clean().Count);
        Assert.NotEmpty(run.Progress);
        Assert.All(run.Progress.GroupBy(p => p.ActivityId), bar => Assert.Equal(ProgressRecordType.Completed, bar.Last().RecordType));
    }
}
