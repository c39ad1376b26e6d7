using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Jobs;

/// <summary>Two ways to one file.</summary>
public sealed class SaveCollisionTests
{
    [Fact]
    public async Task One_job_under_both_its_ids_is_saved_once()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        var run = await shell.RunAsync("""
            $job = Invoke-KlingLipSync $clip
            Save-KlingLipSyncResult -Id $job.Id, $job.RequestId -Destination $out
            """);
        Assert.Single(run.Clean());
        Assert.Equal(1, shell.Emulator.Hits(EmulatorRoute.Download));
    }

    [Fact]
    public async Task Two_jobs_for_one_file_are_one_file_and_one_error()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([shell.Folder.Pair("a", "same.mp4"), shell.Folder.Pair("b", "same.mp4")]);
        var run = await shell.RunAsync("""
            $jobs = $files | Invoke-KlingLipSync
            $jobs | Save-KlingLipSyncResult -Destination $out -Force
            """);
        run.OneError("OutputCollision", ErrorCategory.ResourceExists);
        Assert.Single(run.Output);
        Assert.Single(Directory.GetFiles(shell.Folder.Out));

        var jobs = (await shell.RunAsync("Get-KlingLipSyncJob -Local")).Clean();
        Assert.Equal(["Completed", "Saved"], jobs.Select(j => j.State()).Order());
        shell.Emulator.AssertOutputs(jobs.Where(j => j.State() == "Saved"));
    }
}
