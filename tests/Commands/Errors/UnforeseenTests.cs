using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Errors;

/// <summary>Failures that no line of the module expects, and those that are the shell's own.</summary>
public sealed class UnforeseenTests
{
    [Theory]
    [InlineData("ResultStored", "$job | Get-KlingLipSyncJob")]
    [InlineData("ResultStored", "$job | Wait-KlingLipSyncJob")]
    [InlineData("BeforeRename", "$job | Wait-KlingLipSyncJob | Save-KlingLipSyncResult -Destination $out")]
    [InlineData("BeforeRename", "Invoke-KlingLipSync $clip -Destination $out")]
    public async Task What_nobody_thought_of_is_told_by_the_catalogue_and_the_job_goes_on_later(string boundary, string script)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMilliseconds(300) });
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -NoWait")).Clean();
        await Until.True(() => shell.Emulator.Ledger().Requests.All(r => r.State == "COMPLETED"), "its end");

        CommandRun run;
        using (new BoundaryWatch(shell.Folder.Store, boundary, () => throw new InvalidTimeZoneException("Nobody thought of https://example.com/film?signature=s3cret")))
        {
            run = await shell.RunAsync(script);
        }

        var message = run.OneError("Unexpected", ErrorCategory.NotSpecified).Exception.Message;
        Assert.Contains("Nobody thought of https://example.com/film", message);
        Assert.DoesNotContain("s3cret", message);
        shell.Emulator.AssertOutputs([(await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne()]);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Theory]
    [InlineData("Invoke-KlingLipSync $clip -ThrottleLimit 0")]
    [InlineData("Invoke-KlingLipSync $clip -MaxCost ten")]
    [InlineData("Invoke-KlingLipSync $clip -StartTimeout 1")]
    [InlineData("Invoke-KlingLipSync $clip -Nonsense")]
    [InlineData("Set-KlingLipSyncBudget 1 Week")]
    [InlineData("Get-KlingLipSyncJob -State Done")]
    public async Task What_the_shell_refuses_has_the_shells_own_id_and_sends_nothing(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");

        var error = Assert.Single((await shell.RunAsync(script)).Errors);

        Assert.IsAssignableFrom<ParameterBindingException>(error.Exception);
        Assert.DoesNotContain(error.FullyQualifiedErrorId.Split(',')[0], PublishedError.All.Keys);
        shell.Emulator.AssertNothingSent();
    }
}
