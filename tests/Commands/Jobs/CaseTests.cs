using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Jobs;

/// <summary>Capital letters and small ones are the same in what is looked for, and stay as they are in what is shown.</summary>
public sealed class CaseTests
{
    [Theory]
    [InlineData("Get-KlingLipSyncJob $job.Id.ToUpperInvariant() -Local")]
    [InlineData("Get-KlingLipSyncJob $job.RequestId.ToUpperInvariant() -Local")]
    [InlineData("Get-KlingLipSyncJob -RunId $job.RunId.ToUpperInvariant() -Local")]
    [InlineData("Get-KlingLipSyncJob -Tag MORNING -Local")]
    [InlineData("Get-KlingLipSyncJob -State COMPLETED -Local")]
    [InlineData("GET-KLINGLIPSYNCJOB -LOCAL")]
    public async Task A_job_is_found_by_what_is_known_of_it(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("One.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -Tag Morning")).Clean();

        var found = (await shell.RunAsync(script)).CleanOne();

        Assert.Equal("Morning", found.Text("Tag"));
        Assert.EndsWith("One.mp4", found.Text("VideoPath"));
    }
}
