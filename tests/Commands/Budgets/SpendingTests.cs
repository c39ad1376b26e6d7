using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Budgets;

/// <summary>A batch under a budget: what fits is paid, what does not is named and may be piped back.</summary>
public sealed class SpendingTests
{
    [Fact]
    public async Task What_does_not_fit_is_not_uploaded_and_goes_back_into_the_pipe_once_the_budget_is_raised()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(5));
        (await shell.RunAsync("Set-KlingLipSyncBudget 0.2 Day")).Clean();

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");

        var error = run.OneError("BudgetExceeded", ErrorCategory.QuotaExceeded);
        Assert.Equal(2, run.Output.Count);
        shell.Emulator.AssertOutputs(run.Output);
        Assert.Equal((2, 0.14m), (shell.Emulator.Accepted(), shell.Emulator.Ledger().AmountUsd));
        Assert.Equal(4, shell.Emulator.Hits(EmulatorRoute.Put));
        var unsent = error.Targets().Select(i => i.Text("VideoPath")!).ToList();
        Assert.Equal(3, unsent.Count);
        Assert.Empty(unsent.Intersect(run.Output.Select(j => j.Text("VideoPath"))));
        Assert.Contains("3 of the inputs, for 0.21 USD", error.Exception.Message);
        Assert.Contains("budget per Day of 0.20 USD", error.Exception.Message);
        Assert.Contains(DateTime.UtcNow.Date.AddDays(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), error.Exception.Message);
        Assert.Contains("Set-KlingLipSyncBudget", error.ErrorDetails.RecommendedAction);
        Assert.Equal(3, Summary(run).Get("Unsent"));
        var budget = (await shell.RunAsync("Get-KlingLipSyncBudget")).CleanOne();
        Assert.Equal((0.14m, 0m, 0.06m), (budget.Get("Spent"), budget.Get("Reserved"), budget.Get("Left")));

        shell["held"] = error;
        (await shell.RunAsync("Set-KlingLipSyncBudget 0.35 Day")).Clean();
        var rest = (await shell.RunAsync("$held.TargetObject | Invoke-KlingLipSync")).Clean();
        Assert.Equal(unsent.Order(), rest.Select(j => j.Text("VideoPath")).Order());
        shell.Emulator.AssertOutputs(rest);
        Assert.Equal((5, 0.35m), (shell.Emulator.Accepted(), shell.Emulator.Ledger().AmountUsd));
    }

    [Fact]
    public async Task What_is_paid_is_collected_under_an_exhausted_budget()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        shell["more"] = Piped.File(shell.Folder.Pair("clips", "more.mp4"));
        (await shell.RunAsync("Set-KlingLipSyncBudget 0.14 Month; $files[0] | Invoke-KlingLipSync; $files[1] | Invoke-KlingLipSync -NoWait")).Clean();

        var jobs = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Clean();
        Assert.All(jobs, j => Assert.True(j.Reused()));
        shell.Emulator.AssertOutputs(jobs);

        // Beside one that does not fit as well, and with nothing left at all.
        (await shell.RunAsync("Set-KlingLipSyncBudget 0 Month; Set-KlingLipSyncBudget 0 Day")).Clean();
        var run = await shell.RunAsync("@($more) + $files | Invoke-KlingLipSync -Destination $out");
        Assert.EndsWith("more.mp4", Assert.Single(run.OneError("BudgetExceeded", ErrorCategory.QuotaExceeded).Targets()).Text("VideoPath"));
        Assert.Equal(2, run.Output.Count);
        Assert.Equal(2, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_shorter_clip_may_still_fit()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell.Folder.Sound("clips", "long.wav");
        shell["files"] = Piped.Files([shell.Folder.Write(SampleMedia.Clip(7.5), "clips", "long.mp4"), shell.Folder.Pair("clips", "short.mp4")]);
        (await shell.RunAsync("Set-KlingLipSyncBudget 0.07 Day")).Clean();

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -ThrottleLimit 1");

        Assert.EndsWith("short.mp4", Assert.Single(run.Output).Text("VideoPath"));
        Assert.Contains("0.14 USD", run.OneError("BudgetExceeded", ErrorCategory.QuotaExceeded).Exception.Message);
        Assert.Equal(0.07m, shell.Emulator.Ledger().AmountUsd);
    }

    [Fact]
    public async Task A_clip_of_unknown_length_needs_room_for_the_longest()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["row"] = Piped.Row(("VideoUrl", "https://example.com/a.mp4"), ("AudioUrl", "https://example.com/a.wav"));
        (await shell.RunAsync("Set-KlingLipSyncBudget 0.13 Day")).Clean();

        var error = (await shell.RunAsync("$row | Invoke-KlingLipSync -NoWait")).OneError("BudgetExceeded", ErrorCategory.QuotaExceeded);
        Assert.Equal("https://example.com/a.mp4", Assert.Single(error.Targets()).Text("VideoUrl"));
        shell.Emulator.AssertNothingSent();

        shell["held"] = error;
        (await shell.RunAsync("Set-KlingLipSyncBudget 0.14 Day; $held.TargetObject | Invoke-KlingLipSync -NoWait")).CleanOne();
        Assert.Equal(0.14m, (await shell.RunAsync("Get-KlingLipSyncBudget")).CleanOne().Get("Spent"));
    }

    [Fact]
    public async Task What_fal_does_not_bill_is_free_again_and_what_it_bills_is_not()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["unbilled"] = Piped.File(shell.Folder.Pair("clips", "partner.mp4"));
        shell["billed"] = Piped.File(shell.Folder.Pair("clips", "noface.mp4"));
        (await shell.RunAsync("Set-KlingLipSyncBudget 1 Day")).Clean();

        (await shell.RunAsync("$billed | Invoke-KlingLipSync")).OneError("JobFailed", ErrorCategory.InvalidResult);
        (await shell.RunAsync("$unbilled | Invoke-KlingLipSync")).OneError("JobFailed", ErrorCategory.InvalidResult);

        var budget = (await shell.RunAsync("Get-KlingLipSyncBudget")).CleanOne();
        Assert.Equal((shell.Emulator.Ledger().AmountUsd, 0m), (budget.Get("Spent"), budget.Get("Reserved")));
        Assert.Equal(0.07m, budget.Get("Spent"));
    }

    [Fact]
    public async Task Both_reasons_not_to_send_have_their_own_inputs()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(4));
        (await shell.RunAsync("Set-KlingLipSyncBudget 0.14 Day")).Clean();
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Status, FaultKind.SlowHeaders) { Milliseconds = 1500 });
        shell.Emulator.Lock();

        // Two have claimed the budget while fal is asked whether the key is good; the other two find no room.
        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -ThrottleLimit 4");

        Assert.Empty(run.Output);
        Assert.Equal(["BudgetExceeded", "SpendingStopped"], run.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]).Order());
        Assert.All(run.Errors, e => Assert.Equal(2, e.Targets().Length));
        Assert.Equal(4, run.Errors.SelectMany(e => e.Targets()).Select(t => t.Text("VideoPath")).Distinct().Count());
        Assert.Equal(4, Summary(run).Get("Unsent"));
        Assert.Equal(0m, (await shell.RunAsync("Get-KlingLipSyncBudget")).CleanOne().Get("Reserved"));
        shell.Emulator.AssertNothingSent();
    }

    [Fact]
    public async Task A_key_without_a_budget_beside_one_that_has_one_is_warned_of_once()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Keys = ["old:secret", "demo:demo"] });
        shell["old"] = ModuleSession.Secure("old:secret");
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        (await shell.RunAsync("Set-KlingLipSyncBudget 1 Day -ApiKey $old")).Clean();

        var stopped = await shell.RunAsync("$files | Invoke-KlingLipSync -WarningAction Stop");
        Assert.Empty(stopped.Output);
        shell.Emulator.AssertNothingSent();

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");
        Assert.Equal(2, run.Clean().Count);
        var warning = Assert.Single(run.Warnings);
        Assert.Contains("old", warning);
        Assert.Contains("Set-KlingLipSyncBudget", warning);

        (await shell.RunAsync("Set-KlingLipSyncBudget 1 Month")).Clean();
        Assert.Empty((await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Warnings);
    }

    private static PSObject Summary(CommandRun run) =>
        PSObject.AsPSObject(Assert.Single(run.Information, i => i.Tags.Contains("KlingLipSync.Run")).MessageData);
}
