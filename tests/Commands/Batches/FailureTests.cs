using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Batches;

/// <summary>Jobs that fal fails: one error each with the job, what it cost, and what a rerun does about it.</summary>
public sealed class FailureTests
{
    [Theory]
    [InlineData("noface", "face_detection_error", "Yes")]
    [InlineData("policy", "content_policy_violation", "Yes")]
    public async Task What_the_model_refuses_is_billed_and_not_tried_again(string name, string type, string billed)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var bad = shell.Folder.Pair("clips", name + ".mp4");
        shell["files"] = Piped.Files([bad, .. shell.Folder.Pairs(2)]);

        for (var time = 0; time < 2; time++)
        {
            var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");

            var job = run.OneError("JobFailed", ErrorCategory.InvalidResult).Target();
            Assert.Equal((bad, "Failed", type, billed), (job.Text("VideoPath")!, job.State(), job.Text("ErrorType")!, job.Text("Billed")!));
            Assert.NotNull(job.Get("RequestId"));
            Assert.Equal(2, run.Output.Count);
            shell.Emulator.AssertOutputs(run.Output);
            Assert.Equal(3, shell.Emulator.Accepted());
        }

        // Paying again is the user's word alone, and the same word does not pay a third time.
        shell["bad"] = bad;
        (await shell.RunAsync("$now = [DateTime]::UtcNow; Invoke-KlingLipSync $bad -ResubmitBefore $now")).OneError("JobFailed", ErrorCategory.InvalidResult);
        Assert.Equal(4, shell.Emulator.Accepted());
        (await shell.RunAsync("Invoke-KlingLipSync $bad -ResubmitBefore $now")).OneError("JobFailed", ErrorCategory.InvalidResult);
        Assert.Equal(4, shell.Emulator.Accepted());
    }

    [Theory]
    [InlineData("crash")]
    [InlineData("partner")]
    public async Task What_fal_breaks_is_not_billed_and_tried_again_by_the_same_command(string name)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair(name + ".mp4");

        var job = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).OneError("JobFailed", ErrorCategory.InvalidResult).Target();

        Assert.Equal(("Failed", "No"), (job.State(), job.Text("Billed")));
        Assert.False((await shell.RunAsync("Invoke-KlingLipSync $clip -NoWait")).CleanOne().Reused());
        Assert.Equal(2, shell.Emulator.Accepted());
    }
}
