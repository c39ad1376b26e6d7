using System.Collections;
using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Jobs;

/// <summary>Watch-KlingLipSyncJob: one object for each change, and an end in every way.</summary>
public sealed class WatchTests
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(30);

    [Theory]
    [InlineData("$jobs | Watch-KlingLipSyncJob")]
    [InlineData("Watch-KlingLipSyncJob -InputObject $jobs")]
    [InlineData("Watch-KlingLipSyncJob -Id $jobs.Id")]
    [InlineData("Watch-KlingLipSyncJob $jobs.RequestId")]
    [InlineData("$jobs.Id | Watch-KlingLipSyncJob")]
    [InlineData("$jobs | ForEach-Object { [pscustomobject]@{ Id = $_.Id } } | Watch-KlingLipSyncJob")]
    public async Task Every_way_to_name_jobs_watches_them_to_their_end(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMilliseconds(200) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        (await shell.RunAsync("$jobs = @($files | Invoke-KlingLipSync -NoWait)")).Clean();

        var updates = (await shell.RunAsync(script)).Clean();

        Assert.All(updates, u => Assert.Equal("KlingLipSync.LipSyncJobUpdate", u.BaseObject.GetType().FullName));
        Assert.Equal(["Completed", "Completed"], updates.GroupBy(u => u.Id()).Select(job => job.Last().State()));
        Assert.Equal(2, updates.Count(u => u.State() == "Completed"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_change_is_one_object(bool streaming)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 1, RunTime = TimeSpan.FromSeconds(4), Streaming = streaming });
        shell["files"] = Piped.Files(shell.Folder.Pairs(3));
        (await shell.RunAsync("$jobs = @($files | Invoke-KlingLipSync -NoWait -ThrottleLimit 1)")).Clean();

        var updates = (await shell.RunAsync("$jobs | Watch-KlingLipSyncJob")).Clean();

        var ids = (await shell.RunAsync("$jobs.Id")).Output.Select(id => id.ToString()).ToList();
        string[] Changes(int job) => [.. updates.Where(u => u.Id() == ids[job]).Select(u => $"{u.State()} {u.Text("QueuePosition")}".TrimEnd())];
        Assert.Equal(["Running", "Completed"], Changes(0));
        Assert.Equal(["Queued 0", "Running", "Completed"], Changes(1));
        Assert.Equal(["Queued 1", "Queued 0", "Running", "Completed"], Changes(2));
        Assert.All(updates, u =>
        {
            Assert.NotNull(u.Text("RequestId"));
            Assert.Empty(Log(u));
            Assert.InRange((TimeSpan)u.Properties["Elapsed"].Value, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        });
        Assert.Equal(updates.Select(u => (DateTimeOffset)u.Properties["Time"].Value).Order(), updates.Select(u => (DateTimeOffset)u.Properties["Time"].Value));
    }

    [Fact]
    public async Task A_job_that_goes_no_further_is_one_object()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([shell.Folder.Pair("good.mp4"), shell.Folder.Pair("noface.mp4")]);
        await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out -ErrorAction SilentlyContinue");
        var streams = shell.Emulator.Hits(EmulatorRoute.Stream);

        var updates = (await shell.RunAsync("Get-KlingLipSyncJob | Watch-KlingLipSyncJob")).Clean();

        Assert.Equal(["Failed", "Saved"], updates.Select(u => u.State()).Order());
        Assert.Equal(streams, shell.Emulator.Hits(EmulatorRoute.Stream));
    }

    [Fact]
    public async Task Updates_go_on_through_the_pipe()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMilliseconds(200) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        var files = (await shell.RunAsync(
            "$files | Invoke-KlingLipSync -NoWait | Watch-KlingLipSyncJob | Where-Object State -eq Completed | Save-KlingLipSyncResult -Destination $out")).Clean();

        Assert.Equal(2, files.Count);
        Assert.All(files, f => Assert.IsType<FileInfo>(f.BaseObject));
    }

    [Fact]
    public async Task Whoever_watches_too_long_is_told_and_the_job_goes_on()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = Never });
        shell["clip"] = shell.Folder.Pair("one.mp4");
        var job = (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -NoWait; $job")).CleanOne();

        var run = await shell.RunAsync("$job | Watch-KlingLipSyncJob -Timeout 5");

        Assert.Equal(job.Id(), run.OneError("WaitTimeout", ErrorCategory.OperationTimeout).Target().Id());
        Assert.Equal("Running", Assert.Single(run.Output).State());
        Assert.Equal(0, shell.Emulator.Hits(EmulatorRoute.Cancel));
    }

    [Fact]
    public async Task Whoever_takes_only_the_first_is_done_at_once()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = Never });
        shell["files"] = Piped.Files(shell.Folder.Pairs(3));
        (await shell.RunAsync("$jobs = $files | Invoke-KlingLipSync -NoWait")).Clean();

        // Nothing would end it but the pipeline's own end.
        Assert.Equal("Running", (await shell.RunAsync("$jobs | Watch-KlingLipSyncJob | Select-First 1")).CleanOne().State());

        Assert.Equal(0, shell.Emulator.Hits(EmulatorRoute.Cancel));
        Assert.Equal(3, (await shell.RunAsync("Get-KlingLipSyncJob -State Running")).Clean().Count);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_and_no_job()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = Never });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        (await shell.RunAsync("$jobs = $files | Invoke-KlingLipSync -NoWait")).Clean();

        var running = shell.Begin("$jobs | Watch-KlingLipSyncJob");
        await Until.True(() => running.OutputSoFar.Count == 2, "the first change of both jobs");
        await running.StopAsync();

        var run = await running.EndAsync();
        Assert.True(run.WasStopped);
        Assert.Empty(run.Errors);
        Assert.Equal(0, shell.Emulator.Hits(EmulatorRoute.Cancel));
        Assert.Equal(2, (await shell.RunAsync("Get-KlingLipSyncJob -State Running")).Clean().Count);
    }

    [Fact]
    public async Task The_log_is_on_the_updates_each_line_once()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(1) });
        shell["clip"] = shell.Folder.Pair("one.mp4");

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -NoWait | Watch-KlingLipSyncJob -IncludeLog -Verbose");

        var lines = run.Clean().SelectMany(Log).ToList();
        AssertWholeLog(lines);
        Assert.Equal(lines.Select(line => $"{run.Output[0].Id()} INFO {line}"), run.Verbose);
        Assert.Equal("Completed", run.Output[^1].State());
    }

    [Theory]
    [InlineData("Invoke-KlingLipSync $clip -Destination $out -IncludeLog -Verbose")]
    [InlineData("Invoke-KlingLipSync $clip -NoWait | Wait-KlingLipSyncJob -IncludeLog -Verbose")]
    public async Task The_log_is_on_the_jobs_and_among_the_verbose_lines(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(1) });
        shell["clip"] = shell.Folder.Pair("one.mp4");

        var run = await shell.RunAsync(script);

        var job = run.CleanOne();
        AssertWholeLog(Log(job));
        Assert.Equal(Log(job).Select(line => $"{job.Id()} INFO {line}"), run.Verbose.Where(line => line.StartsWith(job.Id()!, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Invoke-KlingLipSync $clip -Destination $out -Verbose")]
    [InlineData("Invoke-KlingLipSync $clip -NoWait | Wait-KlingLipSyncJob -Verbose")]
    public async Task No_log_comes_unasked(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMilliseconds(500) });
        shell["clip"] = shell.Folder.Pair("one.mp4");

        var run = await shell.RunAsync(script);

        Assert.Empty(Log(run.CleanOne()));
        Assert.DoesNotContain(run.Verbose, line => line.Contains("Progress", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_log_of_a_job_that_failed_is_on_the_errors_target()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(1) });
        shell["clip"] = shell.Folder.Pair("noface.mp4");

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -IncludeLog");

        Assert.Contains("Progress: 100 %", Log(run.OneError("JobFailed", ErrorCategory.InvalidResult).Target()));
    }

    private static void AssertWholeLog(IReadOnlyList<string> lines)
    {
        Assert.Equal("Downloading the inputs", lines[0]);
        Assert.Equal("Output uploaded", lines[^1]);
        Assert.Equal(7, lines.Count);
        Assert.Equal(7, lines.Distinct().Count());
    }

    private static List<string> Log(PSObject of) => [.. ((IEnumerable)of.Properties["Log"].Value).Cast<object>().Select(line => PSObject.AsPSObject(line).Properties["Message"].Value.ToString()!)];
}
