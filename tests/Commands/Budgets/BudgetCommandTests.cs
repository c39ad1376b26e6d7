using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Budgets;

/// <summary>Set-, Get- and Remove-KlingLipSyncBudget by parameter and by pipe.</summary>
public sealed class BudgetCommandTests
{
    [Fact]
    public async Task What_was_set_is_listed_with_its_period_and_scope()
    {
        await using var shell = await LipSyncShell.OpenAsync();

        Assert.Empty((await shell.RunAsync("Set-KlingLipSyncBudget 20 Day; Set-KlingLipSyncBudget -Amount 300.5 -Period month")).Clean());
        var budgets = (await shell.RunAsync("Get-KlingLipSyncBudget")).Clean();

        Assert.Equal([("Day", 20m), ("Month", 300.5m)], budgets.Select(b => (b.Text("Period")!, (decimal)b.Get("Amount")!)));
        Assert.All(budgets, b =>
        {
            Assert.Equal((0m, 0m, b.Get("Amount")), ((decimal)b.Get("Spent")!, (decimal)b.Get("Reserved")!, b.Get("Left")));
            Assert.Equal(("demo", shell.Emulator.Url.ToString().TrimEnd('/')), (b.Text("KeyId"), b.Text("Endpoint")));
            Assert.Equal("fal-ai/kling-video/lipsync/audio-to-video", b.Text("EndpointId"));
            var (start, end) = ((DateTimeOffset)b.Get("PeriodStart")!, (DateTimeOffset)b.Get("PeriodEnd")!);
            Assert.Equal((TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), (start.Offset, start.TimeOfDay, end.TimeOfDay));
            Assert.Equal(b.Text("Period") == "Day" ? start.AddDays(1) : start.AddMonths(1), end);
        });
        Assert.Equal("300.5", (await shell.RunAsync("(Get-KlingLipSyncBudget Month).Amount")).CleanOne().ToString());
        Assert.Equal("True", (await shell.RunAsync("(Get-KlingLipSyncBudget -Period Day).Period -eq [KlingLipSync.LipSyncBudgetPeriod]::Day")).CleanOne().ToString());
    }

    [Fact]
    public async Task Setting_again_replaces_and_PassThru_emits()
    {
        await using var shell = await LipSyncShell.OpenAsync();

        (await shell.RunAsync("Set-KlingLipSyncBudget 1 Day")).Clean();
        var budget = (await shell.RunAsync("Set-KlingLipSyncBudget 0.5 Day -PassThru")).CleanOne();

        Assert.Equal(0.5m, budget.Get("Amount"));
        Assert.Equal("KlingLipSync.LipSyncBudget", budget.TypeNames[0]);
        Assert.Equal(0.5m, (await shell.RunAsync("Get-KlingLipSyncBudget")).CleanOne().Get("Amount"));
    }

    [Theory]
    [InlineData("Set-KlingLipSyncBudget -1 Day")]
    [InlineData("Set-KlingLipSyncBudget 1000000.01 Day")]
    [InlineData("Set-KlingLipSyncBudget 1 Week")]
    [InlineData("Set-KlingLipSyncBudget -0.01 Day")]
    [InlineData("Set-KlingLipSyncBudget -Amount much -Period Day")]
    public async Task What_is_no_amount_or_period_is_refused(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();

        var run = await shell.RunAsync(script);

        Assert.Contains(Assert.Single(run.Errors).CategoryInfo.Category, new[] { ErrorCategory.InvalidData, ErrorCategory.InvalidArgument });
        Assert.False(Directory.Exists(shell.Folder.Store));
    }

    [Fact]
    public async Task Looking_where_there_is_no_store_makes_none_and_needs_no_key()
    {
        using var folder = new TestFolder();
        await using var shell = await LipSyncShell.OpenAsync();
        using var session = new ModuleSession();

        Assert.Empty((await session.RunAsync("Get-KlingLipSyncBudget")).Clean());
        Assert.Empty((await shell.RunAsync("Get-KlingLipSyncBudget")).Clean());

        Assert.False(Path.Exists(Surroundings.NoStore));
        Assert.False(Directory.Exists(shell.Folder.Store));
        (await session.RunAsync("Set-KlingLipSyncBudget 1 Day")).OneError("NoApiKey", ErrorCategory.AuthenticationError);
        (await session.RunAsync("Remove-KlingLipSyncBudget Day")).OneError("NoApiKey", ErrorCategory.AuthenticationError);
    }

    [Theory]
    [InlineData("Set-KlingLipSyncBudget 5 Day -WhatIf")]
    [InlineData("$WhatIfPreference = $true; Set-KlingLipSyncBudget 5 Day -PassThru")]
    public async Task A_rehearsal_sets_nothing_and_makes_no_store(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();

        var run = await shell.RunAsync(script);

        Assert.Empty(run.Clean());
        Assert.Contains(run.Shown, l => l.StartsWith("What if:", StringComparison.Ordinal) && l.Contains("5.00 USD") && l.Contains("Day") && l.Contains("demo"));
        Assert.False(Directory.Exists(shell.Folder.Store));
    }

    [Fact]
    public async Task Removing_is_by_period_for_the_sessions_own_and_only_once()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        (await shell.RunAsync("Set-KlingLipSyncBudget 1 Day; Set-KlingLipSyncBudget 2 Month")).Clean();

        var rehearsal = await shell.RunAsync("Remove-KlingLipSyncBudget Day -WhatIf");
        Assert.Empty(rehearsal.Clean());
        Assert.Contains(rehearsal.Shown, l => l.StartsWith("What if:", StringComparison.Ordinal));
        Assert.Equal(2, (await shell.RunAsync("Get-KlingLipSyncBudget")).Clean().Count);

        Assert.Empty((await shell.RunAsync("Remove-KlingLipSyncBudget -Period Day")).Clean());
        Assert.Equal("Month", (await shell.RunAsync("Get-KlingLipSyncBudget")).CleanOne().Text("Period"));
        var gone = (await shell.RunAsync("Remove-KlingLipSyncBudget -Period Day; 'goes on'"));
        Assert.Equal("Day", gone.OneError("BudgetNotFound", ErrorCategory.ObjectNotFound).TargetObject.ToString());
        Assert.Equal("goes on", Assert.Single(gone.Output).ToString());
    }

    [Theory]
    [InlineData("[pscustomobject]@{ Endpoint = 'http*'; KeyId = $null; Period = $null }", 2)]
    [InlineData("[pscustomobject]@{ Endpoint = ''; KeyId = ''; Period = 'Day' }", 1)]
    [InlineData("[pscustomobject]@{ Endpoint = @(); KeyId = @('', 'demo') }", 2)]
    [InlineData("[pscustomobject]@{ Endpoint = ' '; KeyId = @('', 'other') }", 0)]
    [InlineData("[pscustomobject]@{ Endpoint = ''; KeyId = ''; Period = '' }", 2)]
    public async Task An_empty_cell_means_any(string rows, int count)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        (await shell.RunAsync("Set-KlingLipSyncBudget 1 Day; Set-KlingLipSyncBudget 2 Month")).Clean();

        Assert.Equal(count, (await shell.RunAsync($"{rows} | Get-KlingLipSyncBudget")).Clean().Count);
    }

    [Fact]
    public async Task Budgets_of_two_keys_do_not_become_one()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Keys = ["old:secret", "demo:demo"] });
        shell["old"] = ModuleSession.Secure("old:secret");
        (await shell.RunAsync("Set-KlingLipSyncBudget 1000 Day -ApiKey $old; Set-KlingLipSyncBudget 0.5 Day; Set-KlingLipSyncBudget 7 Month -ApiKey $old")).Clean();

        var run = await shell.RunAsync("Get-KlingLipSyncBudget | Set-KlingLipSyncBudget -PassThru");
        run.OneError("BudgetAmbiguous", ErrorCategory.InvalidArgument);
        Assert.Equal(("Month", 7m), (Assert.Single(run.Output).Text("Period"), (decimal)run.Output[0].Get("Amount")!));
        Assert.Equal(0.5m, (await shell.RunAsync("Get-KlingLipSyncBudget Day -KeyId demo")).CleanOne().Get("Amount"));

        (await shell.RunAsync("Get-KlingLipSyncBudget -KeyId ol* | Set-KlingLipSyncBudget")).Clean();
        Assert.Equal(1000m, (await shell.RunAsync("Get-KlingLipSyncBudget Day -KeyId demo")).CleanOne().Get("Amount"));
        Assert.Empty((await shell.RunAsync("Get-KlingLipSyncBudget -Endpoint https://elsewhere*")).Clean());
    }

    [Theory]
    [InlineData("Set-KlingLipSyncBudget '2,5' Day")]
    [InlineData("[pscustomobject]@{ Amount = '2,5'; Period = 'Day' } | Set-KlingLipSyncBudget")]
    [InlineData("Set-KlingLipSyncBudget '1,000' Day")]
    [InlineData("Invoke-KlingLipSync none.mp4 -MaxCost '0,5'")]
    public async Task An_amount_with_a_comma_is_not_guessed_at(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();

        var error = Assert.Single((await shell.RunAsync(script)).Errors);

        Assert.Contains("with a point", error.Exception.Message);
        Assert.Empty((await shell.RunAsync("Get-KlingLipSyncBudget")).Clean());
        (await shell.RunAsync("Set-KlingLipSyncBudget '2.5' Day")).Clean();
        Assert.Equal(2.5m, (await shell.RunAsync("Get-KlingLipSyncBudget")).CleanOne().Get("Amount"));
    }

    [Fact]
    public async Task Removing_where_there_is_no_store_makes_none()
    {
        await using var shell = await LipSyncShell.OpenAsync();

        (await shell.RunAsync("Remove-KlingLipSyncBudget Day -WhatIf")).OneError("BudgetNotFound", ErrorCategory.ObjectNotFound);

        Assert.False(Directory.Exists(shell.Folder.Store));
    }

    [Fact]
    public async Task Budgets_of_another_key_are_removed_and_carried_over_by_pipe()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Keys = ["old:secret", "demo:demo"] });
        shell["old"] = ModuleSession.Secure("old:secret");
        (await shell.RunAsync("Set-KlingLipSyncBudget 3 Day -ApiKey $old; Set-KlingLipSyncBudget 40 Month -ApiKey $old")).Clean();

        (await shell.RunAsync("Get-KlingLipSyncBudget | Set-KlingLipSyncBudget")).Clean();
        var all = (await shell.RunAsync("Get-KlingLipSyncBudget")).Clean();
        Assert.Equal(
            [("demo", "Day", 3m), ("demo", "Month", 40m), ("old", "Day", 3m), ("old", "Month", 40m)],
            all.Select(b => (b.Text("KeyId")!, b.Text("Period")!, (decimal)b.Get("Amount")!)));

        (await shell.RunAsync("Get-KlingLipSyncBudget Day | Remove-KlingLipSyncBudget")).Clean();
        Assert.Equal(["demo", "old"], (await shell.RunAsync("Get-KlingLipSyncBudget")).Clean().Select(b => b.Text("KeyId")));

        // No key is needed for what is piped in; the second time it is not there any more.
        var run = await shell.RunAsync("""
            Disconnect-KlingLipSync
            $all = Get-KlingLipSyncBudget
            """);
        Assert.Empty(run.Clean());
        var again = await shell.RunAsync("""
            Connect-KlingLipSync -Endpoint $endpoint -ApiKey $key -StorePath $store | Out-Null
            $all = Get-KlingLipSyncBudget
            $all | Remove-KlingLipSyncBudget
            Remove-KlingLipSyncBudget -InputObject $all
            """);
        Assert.Equal(["BudgetNotFound", "BudgetNotFound"], again.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
        Assert.All(again.Errors, e => Assert.Equal("40", e.Target().Text("Amount")));
    }
}
