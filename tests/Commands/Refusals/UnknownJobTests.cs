using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Refusals;

/// <summary>A job id that nobody knows, beside one that is known.</summary>
public sealed class UnknownJobTests
{
    [Theory]
    [InlineData("Get-KlingLipSyncJob -Id nobody, $job.Id", "Completed")]
    [InlineData("'nobody', $job.Id | Get-KlingLipSyncJob", "Completed")]
    [InlineData("Wait-KlingLipSyncJob -Id nobody, $job.Id", "Completed")]
    [InlineData("Stop-KlingLipSyncJob -Id nobody, $job.Id", "Completed")]
    [InlineData("Save-KlingLipSyncResult -Id nobody, $job.Id -Destination $out | ForEach-Object { Get-KlingLipSyncJob $job.Id }", "Saved")]
    public async Task Is_one_error_and_the_known_one_goes_on(string script, string state)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip")).Clean();

        var run = await shell.RunAsync(script);

        Assert.Equal("nobody", run.OneError("JobNotFound", ErrorCategory.ObjectNotFound).TargetObject);
        Assert.Equal(state, Assert.Single(run.Output).State());
    }
}
