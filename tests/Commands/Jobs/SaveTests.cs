using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Jobs;

/// <summary>Save-KlingLipSyncResult: files out of jobs, each fetched once.</summary>
public sealed class SaveTests
{
    [Theory]
    [InlineData("$jobs | Save-KlingLipSyncResult -Destination $out")]
    [InlineData("Save-KlingLipSyncResult -Id $jobs.Id -Destination $out")]
    [InlineData("Save-KlingLipSyncResult $jobs.RequestId -Destination $out")]
    [InlineData("Save-KlingLipSyncResult -InputObject $jobs -Destination $out")]
    public async Task Every_way_to_name_jobs_saves_them(string script)
    {
        await using var shell = await Completed(2);

        var files = (await shell.RunAsync(script)).Clean();

        Assert.All(files, f => Assert.IsType<FileInfo>(f.BaseObject));
        Assert.Equal(["clip1.lipsync.mp4", "clip2.lipsync.mp4"], files.Select(f => f.Text("Name")).Order());
        Assert.All(files, f => Assert.EndsWith(f.Text("FullName")!, f.Text("PSPath")));
        shell.Emulator.AssertOutputs((await shell.RunAsync("Get-KlingLipSyncJob")).Clean());
    }

    [Fact]
    public async Task A_saved_job_is_not_fetched_again()
    {
        await using var shell = await Completed(2);
        shell["elsewhere"] = shell.Folder.At("elsewhere");
        (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out")).Clean();
        var downloads = shell.Emulator.Hits(EmulatorRoute.Download);

        Assert.Equal(2, (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out")).Clean().Count);
        Assert.Equal(2, (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out -Force")).Clean().Count);
        var copies = (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $elsewhere -NameTemplate '{Id}'")).Clean();

        Assert.Equal(downloads, shell.Emulator.Hits(EmulatorRoute.Download));
        Assert.All(copies, c => Assert.Contains(LedgerReading.Sha256(c.Text("FullName")!), shell.Emulator.Ledger().Requests.Select(r => r.OutputSha256)));
    }

    [Fact]
    public async Task A_saved_file_that_was_lost_or_spoilt_is_fetched_again()
    {
        await using var shell = await Completed(1);
        var path = (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out")).CleanOne().Text("FullName")!;
        var whole = LedgerReading.Sha256(path);

        File.Delete(path);
        (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out")).CleanOne();
        Assert.Equal(whole, LedgerReading.Sha256(path));

        File.WriteAllText(path, "spoilt");
        (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out")).OneError("OutputExists", ErrorCategory.ResourceExists);
        (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out -Force")).CleanOne();
        Assert.Equal(whole, LedgerReading.Sha256(path));
    }

    [Fact]
    public async Task The_template_names_the_file()
    {
        await using var shell = await Completed(1);

        var file = (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out -NameTemplate '{Name}-{AudioName}-{Id}-{RequestId}'")).CleanOne();

        var job = (await shell.RunAsync("Get-KlingLipSyncJob")).CleanOne();
        Assert.Equal($"clip1-clip1-{job.Id()}-{job.Text("RequestId")}.mp4", file.Text("Name"));
    }

    [Fact]
    public async Task A_file_in_the_way_is_kept_unless_force_says_otherwise()
    {
        await using var shell = await Completed(1);
        var inTheWay = shell.Folder.Text("mine", "out", "clip1.lipsync.mp4");

        var job = (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out")).OneError("OutputExists", ErrorCategory.ResourceExists).Target();
        Assert.Equal("Completed", job.State());
        Assert.Equal("mine", File.ReadAllText(inTheWay));

        (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out -Force")).CleanOne();
        shell.Emulator.AssertOutputs((await shell.RunAsync("Get-KlingLipSyncJob")).Clean());
    }

    [Fact]
    public async Task A_job_without_a_result_is_one_error_and_the_others_are_saved()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([shell.Folder.Pair("noface.mp4"), shell.Folder.Pair("good.mp4")]);

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -NoWait | Wait-KlingLipSyncJob | Save-KlingLipSyncResult -Destination $out");

        Assert.Equal("Failed", run.OneError("JobNotCompleted", ErrorCategory.InvalidOperation).Target().State());
        Assert.Equal("good.lipsync.mp4", Assert.Single(run.Output).Text("Name"));
    }

    [Fact]
    public async Task A_cut_download_goes_on_where_it_broke()
    {
        await using var shell = await Completed(1);
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.Truncate) { Bytes = 100, Times = 2 });

        (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out")).CleanOne();

        Assert.Equal(3, shell.Emulator.Hits(EmulatorRoute.Download));
        shell.Emulator.AssertOutputs((await shell.RunAsync("Get-KlingLipSyncJob")).Clean());
        Assert.Single(Directory.GetFileSystemEntries(shell.Folder.Out));
    }

    private static async Task<LipSyncShell> Completed(int count)
    {
        var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(count));
        Assert.All((await shell.RunAsync("$jobs = @($files | Invoke-KlingLipSync); $jobs")).Clean(), j => Assert.Equal("Completed", j.State()));
        return shell;
    }
}
