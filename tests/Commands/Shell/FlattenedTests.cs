using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>What comes back from a job or another machine has lost its type and kept its properties: it pipes on all the same.</summary>
public sealed class FlattenedTests
{
    [Theory]
    [InlineData("$flat | Get-KlingLipSyncJob", "Completed")]
    [InlineData("$flat | Wait-KlingLipSyncJob", "Completed")]
    [InlineData("$flat | Watch-KlingLipSyncJob", "Completed")]
    [InlineData("$flat | Stop-KlingLipSyncJob", "Completed")]
    [InlineData("$flat | Invoke-KlingLipSync", "Completed")]
    [InlineData("$flat | Invoke-KlingLipSync -Destination $out", "Saved")]
    public async Task A_job_goes_on_by_its_id_or_its_files(string script, string state)
    {
        await using var shell = await Scene("Get-KlingLipSyncJob");

        var job = (await shell.RunAsync(script)).CleanOne();

        Assert.Equal(state, job.State());
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_job_is_saved_and_forgotten()
    {
        await using var shell = await Scene("Get-KlingLipSyncJob");

        var file = (await shell.RunAsync("$flat | Save-KlingLipSyncResult -Destination $out")).CleanOne();
        Assert.True(File.Exists(file.Text("FullName")));

        (await shell.RunAsync("$flat | Remove-KlingLipSyncJob")).Clean();
        Assert.Empty((await shell.RunAsync("Get-KlingLipSyncJob -Local")).Clean());
    }

    [Fact]
    public async Task A_change_of_a_job_names_the_job()
    {
        await using var shell = await Scene("Get-KlingLipSyncJob | Watch-KlingLipSyncJob");

        (await shell.RunAsync("$flat | Save-KlingLipSyncResult -Destination $out")).CleanOne();
    }

    [Fact]
    public async Task A_report_is_a_row()
    {
        await using var shell = await Scene("$files | Get-KlingLipSyncMedia -Pair -Destination $out");

        Assert.True((bool)(await shell.RunAsync("$flat | Test-KlingLipSyncMedia")).CleanOne().BaseObject);
        Assert.Equal(0.07m, (await shell.RunAsync("$flat | Measure-KlingLipSyncCost")).CleanOne().Get("Cost"));
        var job = (await shell.RunAsync("$flat | Invoke-KlingLipSync")).CleanOne();
        Assert.Equal("Saved", job.State());
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_file_is_a_clip()
    {
        await using var shell = await Scene("$files");

        Assert.Equal("Completed", (await shell.RunAsync("$flat | Invoke-KlingLipSync")).CleanOne().State());
    }

    [Fact]
    public async Task A_budget_is_set_and_removed()
    {
        await using var shell = await Scene("Set-KlingLipSyncBudget 2.5 Day -PassThru");

        Assert.Equal(2.5m, (await shell.RunAsync("$flat | Set-KlingLipSyncBudget -PassThru")).CleanOne().Get("Amount"));
        (await shell.RunAsync("$flat | Remove-KlingLipSyncBudget")).Clean();
        Assert.Empty((await shell.RunAsync("Get-KlingLipSyncBudget")).Clean());
    }

    [Theory]
    [InlineData("Remove-KlingLipSyncBudget -InputObject $flat")]
    [InlineData("Remove-KlingLipSyncBudget -InputObject @($flat[0], $live[1])")]
    [InlineData("Remove-KlingLipSyncBudget -InputObject ([Collections.ArrayList]$flat)")]
    [InlineData("$flat | Remove-KlingLipSyncBudget")]
    public async Task Budgets_are_removed_by_one_list(string script)
    {
        await using var shell = await Scene("@(Set-KlingLipSyncBudget 2.5 Day -PassThru; Set-KlingLipSyncBudget 9 Month -PassThru)");

        (await shell.RunAsync(script)).Clean();

        Assert.Empty((await shell.RunAsync("Get-KlingLipSyncBudget")).Clean());
    }

    [Fact]
    public async Task The_inputs_of_an_error_can_be_sent_later()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        (await shell.RunAsync("Set-KlingLipSyncBudget 0.07 Day")).Clean();
        await shell.RunAsync("$files | Invoke-KlingLipSync -ErrorVariable failed -ErrorAction SilentlyContinue");
        await Flatten(shell, "$failed[0].TargetObject");

        var job = (await shell.RunAsync("Set-KlingLipSyncBudget 5 Day; $flat | Invoke-KlingLipSync")).CleanOne();

        Assert.Equal("Completed", job.State());
        Assert.Equal(2, shell.Emulator.Accepted());
    }

    [Theory]
    [InlineData("Get-KlingLipSyncJob")]
    [InlineData("Get-KlingLipSyncJob | Watch-KlingLipSyncJob")]
    [InlineData("$files | Get-KlingLipSyncMedia")]
    [InlineData("$files | Measure-KlingLipSyncCost")]
    [InlineData("Set-KlingLipSyncBudget 2.5 Day -PassThru")]
    [InlineData("Connect-KlingLipSync")]
    public async Task Every_plain_property_arrives_as_it_was(string script)
    {
        await using var shell = await Scene(script);

        var live = (PSObject)shell.Session["live"]!;
        var flat = (PSObject)shell.Session["flat"]!;

        Assert.Equal($"Deserialized.{live.TypeNames[0]}", flat.TypeNames[0]);
        Assert.Equal(live.ToString(), flat.ToString());
        var plain = live.Properties.Where(p => p.MemberType == PSMemberTypes.Property && p.Value is null or string or int or long or decimal or bool or TimeSpan or DateTimeOffset or Enum).ToList();
        Assert.NotEmpty(plain);
        Assert.All(plain, p => Assert.Equal((p.Name, p.Value?.ToString()), (p.Name, flat.Properties[p.Name]?.Value?.ToString())));
    }

    /// <summary>A completed job, and what a script emits, flattened as remoting and jobs do it.</summary>
    private static async Task<LipSyncShell> Scene(string script)
    {
        var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant);
        shell["files"] = Piped.Files(shell.Folder.Pairs(1));
        if (script != "$files" && !script.StartsWith("$files", StringComparison.Ordinal))
        {
            (await shell.RunAsync("$files | Invoke-KlingLipSync")).CleanOne();
        }

        await Flatten(shell, script);
        return shell;
    }

    private static async Task Flatten(LipSyncShell shell, string script) =>
        (await shell.RunAsync($"$live = {script}; $flat = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($live))")).Clean();
}
