using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Jobs;

/// <summary>Get-KlingLipSyncJob: filters, the look at fal, ids and objects.</summary>
public sealed class GetTests
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(30);

    [Fact]
    public async Task Filters_choose_and_the_newest_come_first()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(3);
        shell["rows"] = new[] { Piped.Row(("VideoPath", clips[0]), ("Tag", "Red")), Piped.Row(("VideoPath", clips[1]), ("Tag", "blue")) };
        shell["third"] = clips[2];
        shell.Session.Location = shell.Folder.At("clips");
        (await shell.RunAsync("$first = @($rows | Invoke-KlingLipSync -Destination $out -ThrottleLimit 1)")).Clean();
        (await shell.RunAsync("$split = [DateTime]::UtcNow; $last = Invoke-KlingLipSync $third -Tag blue")).Clean();

        async Task<string[]> Names(string filter) =>
            [.. (await shell.RunAsync("Get-KlingLipSyncJob " + filter)).Clean().Select(j => Path.GetFileNameWithoutExtension(j.Text("VideoPath"))!)];

        Assert.Equal(["clip3", "clip2", "clip1"], await Names(""));
        Assert.Equal(["clip3"], await Names("-Newest 1"));
        Assert.Equal(["clip3", "clip2"], await Names("-Newest 2 -Local"));
        Assert.Equal(["clip1"], await Names("-Tag red"));
        Assert.Equal(["clip3", "clip2"], await Names("-Tag blue"));
        Assert.Equal(["clip2", "clip1"], await Names("-State Saved"));
        Assert.Equal(["clip3"], await Names("-State Completed, Failed"));
        Assert.Equal(["clip3"], await Names("-Pending"));
        Assert.Equal(["clip2", "clip1"], await Names("-RunId $first[0].RunId"));
        Assert.Equal(["clip2"], await Names("-RunId $first[0].RunId -Tag blue"));
        Assert.Equal(["clip2"], await Names("-VideoPath ./clip2.mp4"));
        Assert.Equal(["clip3"], await Names("-After $split"));
        Assert.Equal(["clip2", "clip1"], await Names("-Before $split"));
        Assert.Equal(["clip2", "clip1"], await Names("-Before $split.ToLocalTime()"));
        Assert.Empty(await Names("-After ([DateTime]::Now.AddMinutes(1))"));
    }

    [Fact]
    public async Task Ids_of_ours_and_of_fals_name_a_job_by_parameter_and_by_pipe()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        var jobs = (await shell.RunAsync("$jobs = @($files | Invoke-KlingLipSync); $jobs")).Clean();
        var ids = jobs.Select(j => j.Id());

        Assert.Equal(ids, (await shell.RunAsync("Get-KlingLipSyncJob -Id $jobs.Id")).Clean().Select(j => j.Id()));
        Assert.Equal(ids, (await shell.RunAsync("Get-KlingLipSyncJob $jobs.RequestId")).Clean().Select(j => j.Id()));
        Assert.Equal(ids, (await shell.RunAsync("$jobs.Id | Get-KlingLipSyncJob")).Clean().Select(j => j.Id()));
        Assert.Equal(ids, (await shell.RunAsync("$jobs | Get-KlingLipSyncJob")).Clean().Select(j => j.Id()));
        Assert.Equal(ids, (await shell.RunAsync("$jobs | Get-KlingLipSyncJob -State Completed -Local")).Clean().Select(j => j.Id()));
    }

    [Fact]
    public async Task Open_jobs_are_shown_as_fal_has_them_now()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 1, RunTime = TimeSpan.FromSeconds(3) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        var sent = (await shell.RunAsync("$files | Invoke-KlingLipSync -NoWait -ThrottleLimit 1")).Clean();
        Assert.All(sent, j => Assert.Equal("Queued", j.State()));

        await Until.True(() => shell.Emulator.Ledger().Requests.Any(r => r.State == "IN_PROGRESS"), "the start of one");
        var seen = (await shell.RunAsync("Get-KlingLipSyncJob")).Clean();
        Assert.Equal(["Queued", "Running"], seen.Select(j => j.State()));
        Assert.Equal(0, seen[0].Get("QueuePosition"));
        Assert.NotNull(seen[0].Get("CollectBefore"));
        Assert.Equal(["Running"], (await shell.RunAsync("Get-KlingLipSyncJob -State Running")).Clean().Select(j => j.State()));

        await Until.True(() => shell.Emulator.Ledger().Requests.All(r => r.State == "COMPLETED"), "the end of both");
        Assert.All((await shell.RunAsync("Get-KlingLipSyncJob -Local")).Clean(), j => Assert.Equal("Queued", j.State()));
        Assert.All((await shell.RunAsync("Get-KlingLipSyncJob -Pending")).Clean(), j =>
        {
            Assert.Equal("Completed", j.State());
            Assert.Equal("Yes", j.Text("Billed"));
            Assert.Equal(5m, j.Get("BillableUnits"));
            Assert.NotNull(j.Get("ResultUrl"));
        });
    }

    [Fact]
    public async Task The_local_view_asks_nobody()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = Never });
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip -NoWait")).Clean();
        var before = shell.Emulator.Ledger().Counts;

        Assert.Equal("Queued", (await shell.RunAsync("Get-KlingLipSyncJob -Local")).CleanOne().State());

        Assert.Equal(before, shell.Emulator.Ledger().Counts);
    }

    [Fact]
    public async Task Jobs_of_another_window_are_there()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        var job = (await shell.RunAsync("Invoke-KlingLipSync $clip -NoWait")).CleanOne();

        var other = await shell.ReopenAsync();

        Assert.Equal(job.Id(), (await other.RunAsync("Get-KlingLipSyncJob")).CleanOne().Id());
        Assert.Equal(shell.Folder.At("out", "one.lipsync.mp4"),
            (await other.RunAsync("Get-KlingLipSyncJob -Pending | Wait-KlingLipSyncJob | Save-KlingLipSyncResult -Destination $out")).CleanOne().Text("FullName"));
    }
}
