using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Jobs;

/// <summary>Remove-KlingLipSyncJob: what is forgotten, what is refused, and that nobody pays again for it.</summary>
public sealed class RemoveTests
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(30);

    [Theory]
    [InlineData("$jobs | Remove-KlingLipSyncJob")]
    [InlineData("Remove-KlingLipSyncJob -InputObject $jobs")]
    [InlineData("Remove-KlingLipSyncJob -Id $jobs.Id")]
    [InlineData("Remove-KlingLipSyncJob $jobs.RequestId")]
    [InlineData("$jobs.Id | Remove-KlingLipSyncJob")]
    [InlineData("$jobs.RequestId | Remove-KlingLipSyncJob")]
    [InlineData("$jobs | ForEach-Object { [pscustomobject]@{ Id = $_.Id } } | Remove-KlingLipSyncJob")]
    public async Task Every_way_to_name_jobs_forgets_them_and_leaves_their_files(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        shell["other"] = shell.Folder.Pair("other.mp4");
        (await shell.RunAsync("$jobs = @($files | Invoke-KlingLipSync -Destination $out); $kept = Invoke-KlingLipSync $other -Destination $out")).Clean();

        Assert.Empty((await shell.RunAsync(script)).Clean());

        Assert.EndsWith("other.mp4", (await shell.RunAsync("Get-KlingLipSyncJob")).CleanOne().Text("VideoPath"));
        Assert.Equal(3, Directory.GetFiles(shell.Folder.Out).Length);
        foreach (var command in new[] { "Get-KlingLipSyncJob $jobs[0].Id", "Wait-KlingLipSyncJob $jobs[0].RequestId", "$jobs[0] | Remove-KlingLipSyncJob" })
        {
            (await shell.RunAsync(command)).OneError("JobNotFound", ErrorCategory.ObjectNotFound);
        }
    }

    [Fact]
    public async Task A_rehearsal_names_the_job_and_changes_nothing()
    {
        await using var shell = await Saved();
        var before = StoreReading.Cells(shell.Folder.Store);

        var run = await shell.RunAsync("$job | Remove-KlingLipSyncJob -WhatIf; $job | Remove-KlingLipSyncJob -Payload -WhatIf");

        Assert.Empty(run.Clean());
        Assert.Equal(2, run.Shown.Count(line => line.Contains("one.mp4", StringComparison.Ordinal)));
        Assert.Equal(before, StoreReading.Cells(shell.Folder.Store));
        Assert.Equal(0, shell.Emulator.Hits(EmulatorRoute.DeletePayloads));
        Assert.Equal("Saved", (await shell.RunAsync("$job | Get-KlingLipSyncJob")).CleanOne().State());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Force")]
    public async Task A_job_that_fal_works_on_is_kept(string force)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = Never });
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -NoWait")).Clean();

        await AssertKept(shell, $"$job | Remove-KlingLipSyncJob {force}", "Queued");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Force")]
    public async Task A_job_that_fal_may_have_is_kept(string force)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell.Emulator.AddFaults(
            new Fault(EmulatorRoute.Submit, FaultKind.ResetAfterAccept),
            new Fault(EmulatorRoute.History, FaultKind.Status) { Status = 500, Times = 0 });
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["job"] = (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("SubmitUnconfirmed", ErrorCategory.OperationStopped).TargetObject;

        await AssertKept(shell, $"$job | Remove-KlingLipSyncJob {force}", "Unconfirmed");
    }

    [Fact]
    public async Task A_paid_result_that_is_not_saved_is_kept_unless_forced()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip")).Clean();

        await AssertKept(shell, "$job | Remove-KlingLipSyncJob", "Completed");
        Assert.Empty((await shell.RunAsync("$job | Remove-KlingLipSyncJob -Force; Get-KlingLipSyncJob")).Clean());

        // Forced or not, the pair stays paid.
        var again = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne();
        Assert.True(again.Reused());
        shell.Emulator.AssertOutputs([again]);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task What_is_refused_takes_nothing_from_the_others()
    {
        await using var shell = await Saved();
        shell["more"] = shell.Folder.Pair("more.mp4");
        (await shell.RunAsync("$unsaved = Invoke-KlingLipSync $more")).Clean();

        var run = await shell.RunAsync("'nobody', $unsaved.Id, $job.RequestId | Remove-KlingLipSyncJob");

        Assert.Equal(["JobNotFound", "JobStillOpen"], run.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal("nobody", run.Errors[0].Complete("JobNotFound", ErrorCategory.ObjectNotFound).TargetObject);
        Assert.EndsWith("more.mp4", (await shell.RunAsync("Get-KlingLipSyncJob")).CleanOne().Text("VideoPath"));
    }

    [Fact]
    public async Task A_later_run_of_the_pair_fetches_the_paid_result_and_shows_the_job_again()
    {
        await using var shell = await Saved();
        var path = shell.Folder.At("out", "one.lipsync.mp4");
        (await shell.RunAsync("$job | Remove-KlingLipSyncJob")).Clean();

        // The file is nobody's now, so that it is in the way like any other.
        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).OneError("OutputExists", ErrorCategory.ResourceExists);
        File.Delete(path);
        var again = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -Tag anew")).CleanOne();

        Assert.True(again.Reused());
        Assert.Equal((path, "anew"), (again.Text("OutputPath"), again.Text("Tag")));
        shell.Emulator.AssertOutputs([again]);
        Assert.Equal((1, 1), (shell.Emulator.Accepted(), shell.Emulator.Hits(EmulatorRoute.Submit)));
        Assert.Equal(again.Id(), (await shell.RunAsync("Get-KlingLipSyncJob -Tag anew -State Saved")).CleanOne().Id());
    }

    [Fact]
    public async Task What_failed_and_was_billed_is_not_paid_for_again_either()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("noface.mp4");
        shell["job"] = (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("JobFailed", ErrorCategory.InvalidResult).TargetObject;
        (await shell.RunAsync("$job | Remove-KlingLipSyncJob")).Clean();

        var error = (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("JobFailed", ErrorCategory.InvalidResult);

        Assert.Contains("face_detection_error", error.Exception.Message);
        Assert.DoesNotContain("  ", error.Exception.Message);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task Budgets_go_on_counting_what_is_forgotten()
    {
        await using var shell = await Saved();
        (await shell.RunAsync("Set-KlingLipSyncBudget 0.1 Day; $job | Remove-KlingLipSyncJob")).Clean();

        Assert.Equal(0.07m, (await shell.RunAsync("Get-KlingLipSyncBudget")).CleanOne().Get("Spent"));
        shell["more"] = shell.Folder.Pair("more.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $more")).OneError("BudgetExceeded", ErrorCategory.QuotaExceeded);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task Nothing_of_the_user_stays_in_the_database()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("mine.mp4");
        shell["row"] = Piped.Row(("VideoUrl", "https://example.com/daily.mp4?who=me"), ("AudioUrl", "https://example.com/daily.wav"), ("Key", "my key"), ("Tag", "my tag"));
        (await shell.RunAsync("$jobs = @(Invoke-KlingLipSync $clip -Destination $out -Tag 'my tag'; $row | Invoke-KlingLipSync -Destination $out)")).Clean();
        string[] mine = [shell.Folder.Root, "mine.mp4", "mine.wav", "mine.lipsync", "example.com", "my key", "my tag", "/cdn/", "\"video\""];
        var before = StoreReading.Cells(shell.Folder.Store);
        Assert.All(mine, text => Assert.Contains(before, cell => cell.Contains(text, StringComparison.Ordinal)));

        (await shell.RunAsync("$jobs | Remove-KlingLipSyncJob")).Clean();

        var after = StoreReading.Cells(shell.Folder.Store);
        Assert.All(mine, text => Assert.DoesNotContain(after, cell => cell.Contains(text, StringComparison.Ordinal)));
        Assert.All(shell.Emulator.Ledger().Requests, r => Assert.Contains("attempts.request_id=" + r.RequestId, after));
        Assert.Contains("attempts.amount_micro_usd=70000", after);
    }

    [Theory]
    [InlineData("one.lipsync.mp4")]
    [InlineData("renamed.mp4")]
    public async Task A_saved_file_is_no_clip_though_its_job_is_forgotten(string name)
    {
        await using var shell = await Saved();
        (await shell.RunAsync("$job | Remove-KlingLipSyncJob")).Clean();
        var result = shell.Folder.At("out", name);
        File.Move(shell.Folder.At("out", "one.lipsync.mp4"), result, overwrite: true);
        shell["result"] = result;
        shell["sound"] = shell.Folder.Sound("other.wav");

        var run = await shell.RunAsync("Invoke-KlingLipSync $result -AudioPath $sound");

        run.OneError("OutputAsInput", ErrorCategory.InvalidArgument);
        Assert.Equal(1, shell.Emulator.Accepted());
        Assert.False((await shell.RunAsync("Invoke-KlingLipSync $result -AudioPath $sound -AllowOutputAsInput")).CleanOne().Reused());
    }

    [Fact]
    public async Task Removed_and_fetched_again_it_can_be_removed_again()
    {
        await using var shell = await Saved();
        shell["other"] = shell.Folder.At("other");
        (await shell.RunAsync("$job | Save-KlingLipSyncResult -Destination $other; $job | Remove-KlingLipSyncJob")).Clean();

        var again = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -Force")).CleanOne();

        Assert.Equal(shell.Folder.At("out", "one.lipsync.mp4"), again.Text("OutputPath"));
        Assert.Empty((await shell.RunAsync("$job | Remove-KlingLipSyncJob; Get-KlingLipSyncJob")).Clean());
        Assert.DoesNotContain(StoreReading.Cells(shell.Folder.Store), cell => cell.Contains(shell.Folder.Root, StringComparison.Ordinal));
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task To_forget_here_fal_is_not_asked()
    {
        await using var shell = await Saved();
        var asked = shell.Emulator.Ledger().Counts;

        Assert.Empty((await shell.RunAsync("$job | Remove-KlingLipSyncJob")).Clean());

        Assert.Equal(asked, shell.Emulator.Ledger().Counts);
    }

    /// <summary>One saved job, as <c>$job</c>, of the clip <c>$clip</c>.</summary>
    private static async Task<LipSyncShell> Saved()
    {
        var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -Destination $out")).Clean();
        return shell;
    }

    private static async Task AssertKept(LipSyncShell shell, string script, string state)
    {
        var before = StoreReading.Cells(shell.Folder.Store);

        var error = (await shell.RunAsync(script)).OneError("JobStillOpen", ErrorCategory.ResourceBusy);

        Assert.Equal(state, error.Target().State());
        Assert.Equal(before, StoreReading.Cells(shell.Folder.Store));
        Assert.Equal(state, (await shell.RunAsync("Get-KlingLipSyncJob -Local")).CleanOne().State());
    }
}
