using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Rehearsal;

/// <summary>-Force lifts a refusal, and never a rehearsal.</summary>
public sealed class ForceTests
{
    [Theory]
    [InlineData("$job | Save-KlingLipSyncResult -Destination $out -Force -WhatIf")]
    [InlineData("$WhatIfPreference = $true; $job | Save-KlingLipSyncResult -Destination $out -Force")]
    [InlineData("$job | Save-KlingLipSyncResult -Destination $out -Force -Confirm:$false -WhatIf")]
    public async Task A_file_in_the_way_stays(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip")).Clean();
        var inTheWay = shell.Folder.Text("mine", "out", "one.lipsync.mp4");

        Assert.Empty((await shell.RunAsync(script)).Clean());

        Assert.Equal("mine", await File.ReadAllTextAsync(inTheWay));
    }

    /// <summary>What was not done is not handed on: what comes next in the pipeline may be no rehearsal.</summary>
    [Theory]
    [InlineData("$job | Remove-KlingLipSyncJob -Force -PassThru -WhatIf")]
    [InlineData("Get-KlingLipSyncBudget | Remove-KlingLipSyncBudget -PassThru -WhatIf")]
    [InlineData("Set-KlingLipSyncBudget 5 Day -PassThru -WhatIf")]
    public async Task Nothing_is_forgotten_set_or_handed_on(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Set-KlingLipSyncBudget 20 Day; $job = Invoke-KlingLipSync $clip")).Clean();

        var run = await shell.RunAsync(script);

        Assert.Empty(run.Clean());
        Assert.Contains(run.Shown, line => line.StartsWith("What if:", StringComparison.Ordinal));
        Assert.Equal("Completed", (await shell.RunAsync("$job | Get-KlingLipSyncJob -Local")).CleanOne().State());
        Assert.Equal(20m, (await shell.RunAsync("Get-KlingLipSyncBudget")).CleanOne().Get("Amount"));
    }
}
