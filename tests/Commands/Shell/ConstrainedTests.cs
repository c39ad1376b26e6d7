using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>Constrained language mode, as on machines whose administrators allow only known code: every command works.</summary>
public sealed class ConstrainedTests
{
    [Theory]
    [InlineData("$files | Invoke-KlingLipSync -Destination $out", "Saved")]
    [InlineData("$files | Invoke-KlingLipSync -AudioPath { $_.FullName -replace '\\.mp4$', '.wav' } -Destination $out -MaxCost 0.5 -Timeout 90.5", "Saved")]
    [InlineData("Invoke-KlingLipSync -LiteralPath $files[0].FullName -ResubmitBefore '2020-01-01' -StartTimeout '00:30:00' -Priority Low", "Completed")]
    [InlineData("$job | Get-KlingLipSyncJob", "Completed")]
    [InlineData("$job.Id | Wait-KlingLipSyncJob", "Completed")]
    [InlineData("$job | Watch-KlingLipSyncJob", "Completed")]
    [InlineData("$job | Stop-KlingLipSyncJob", "Completed")]
    [InlineData("Get-KlingLipSyncJob -State ([KlingLipSync.LipSyncJobState]::Completed), 'Saved'", "Completed")]
    public async Task A_command_about_jobs_works(string script, string state)
    {
        await using var shell = await Scene();

        Assert.Equal(state, (await shell.RunAsync(script)).CleanOne().State());
    }

    [Theory]
    [InlineData("$job | Save-KlingLipSyncResult -Destination $out | ForEach-Object Extension", ".mp4")]
    [InlineData("$files | Get-KlingLipSyncMedia -Pair | ForEach-Object Verdict", "Fit")]
    [InlineData("$files | Test-KlingLipSyncMedia", "True")]
    [InlineData("($files | Measure-KlingLipSyncCost).Cost", "0.07")]
    [InlineData("(Set-KlingLipSyncBudget 0.5 Day -PassThru).Left; Get-KlingLipSyncBudget | Remove-KlingLipSyncBudget", "0.43")]
    [InlineData("(Connect-KlingLipSync).KeyId", "demo")]
    [InlineData("Disconnect-KlingLipSync; 'gone'", "gone")]
    [InlineData("$job | Save-KlingLipSyncResult -Destination $out | Out-Null; $job | Remove-KlingLipSyncJob; @(Get-KlingLipSyncJob -Local).Count", "0")]
    [InlineData("(TabExpansion2 'Get-KlingLipSyncJob -Id ' 24).CompletionMatches.Count", "1")]
    [InlineData("try { $files | Invoke-KlingLipSync -MaxCost 0.01 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }", "MaxCostExceeded,KlingLipSync.Commands.InvokeKlingLipSyncCommand")]
    public async Task Every_other_command_works(string script, string says)
    {
        await using var shell = await Scene();

        Assert.Equal(says, (await shell.RunAsync(script)).CleanOne().ToString());
    }

    [Fact]
    public async Task The_module_comes_in_and_comes_in_again()
    {
        using var session = ModuleSession.Empty();
        session["manifest"] = ModuleUnderTest.Manifest;
        session.Constrain();

        var run = await session.RunAsync("Import-Module $manifest; Import-Module $manifest -Force; @(Get-Command -Module KlingLipSync).Count");

        Assert.Equal(Package.ManifestTests.Commands.Length, run.CleanOne().BaseObject);
    }

    [Fact]
    public async Task What_is_not_allowed_is_not_allowed_by_us_either()
    {
        await using var shell = await Scene();

        // A script block that calls a method fails as it does everywhere in this mode, and nothing is sent.
        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -AudioPath { [IO.Path]::ChangeExtension($_.FullName, '.wav') }");

        Assert.NotEmpty(run.Errors);
        Assert.Empty(run.Output);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    private static async Task<LipSyncShell> Scene()
    {
        var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(1));
        (await shell.RunAsync("$job = $files | Invoke-KlingLipSync")).Clean();
        shell.Session.Constrain();
        return shell;
    }
}
