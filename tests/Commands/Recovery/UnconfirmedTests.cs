using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Recovery;

/// <summary>A paid request whose answer was lost: found by whoever looks, and held until then.</summary>
public sealed partial class UnconfirmedTests
{
    private static readonly Fault LostAnswer = new(EmulatorRoute.Submit, FaultKind.ResetAfterAccept);
    private static readonly Fault LostRequest = new(EmulatorRoute.Submit, FaultKind.ResetBeforeAccept);

    /// <summary>Each look asks twice.</summary>
    private static readonly Fault HistoryDown = new(EmulatorRoute.History, FaultKind.Status) { Status = 500, Times = 2 };

    [Fact]
    public async Task A_lost_answer_is_found_by_the_very_command_and_is_its_own_payment()
    {
        // The connection breaks a while after fal accepted: the history has only what ran to its end.
        await using var shell = await Lost(LostAnswer with { Milliseconds = 1000 });

        var job = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne();

        Assert.False(job.Reused());
        shell.Emulator.AssertOutputs([job]);
        Assert.Equal((1, 1), (shell.Emulator.Accepted(), shell.Emulator.Hits(EmulatorRoute.Submit)));
    }

    [Theory]
    [InlineData("Hold")]
    [InlineData("Resubmit")]
    public async Task Until_it_is_proven_absent_it_is_held_and_the_error_says_until_when(string action)
    {
        await using var shell = await Lost(LostRequest);

        for (var time = 0; time < 2; time++)
        {
            var error = (await shell.RunAsync($"Invoke-KlingLipSync $clip -OnUnconfirmed {action}")).OneError("SubmitUnconfirmed", ErrorCategory.OperationStopped);

            Assert.Equal(("Unconfirmed", "Unknown"), (error.Target().State(), error.Target().Text("Billed")));
            Assert.Contains("-OnUnconfirmed Resubmit", error.ErrorDetails.RecommendedAction);
            Assert.Contains(". fal's history does not have it yet", error.Exception.Message);
            var provable = DateTimeOffset.ParseExact(Provable().Match(error.Exception.Message).Groups[1].Value, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            Assert.InRange(provable - DateTimeOffset.UtcNow, TimeSpan.FromHours(7), TimeSpan.FromMinutes(430));
        }

        Assert.Equal((0, 1), (shell.Emulator.Accepted(), shell.Emulator.Hits(EmulatorRoute.Submit)));
    }

    [Theory]
    [InlineData("Get-KlingLipSyncJob")]
    [InlineData("Get-KlingLipSyncJob -Pending")]
    [InlineData("Get-KlingLipSyncJob $job.Id")]
    [InlineData("$job | Get-KlingLipSyncJob")]
    [InlineData("$job | Wait-KlingLipSyncJob")]
    [InlineData("Wait-KlingLipSyncJob $job.Id")]
    public async Task Looking_at_the_job_finds_it(string script)
    {
        await using var shell = await LostAndHeld(LostAnswer);

        var found = (await shell.RunAsync(script)).CleanOne();

        Assert.Equal(("Completed", "Yes"), (found.State(), found.Text("Billed")));
        Assert.Equal(Assert.Single(shell.Emulator.Ledger().Requests).RequestId, found.Text("RequestId"));
        Assert.Null(found.Get("ErrorType"));
        var job = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne();
        Assert.True(job.Reused());
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task The_collecting_pipeline_collects_what_it_finds()
    {
        await using var shell = await LostAndHeld(LostAnswer);

        var file = (await shell.RunAsync("Get-KlingLipSyncJob -Pending | Wait-KlingLipSyncJob | Save-KlingLipSyncResult -Destination $out")).CleanOne();

        Assert.Equal(Assert.Single(shell.Emulator.Ledger().Requests).OutputSha256, LedgerReading.Sha256(file.Text("FullName")!));
    }

    [Theory]
    [InlineData("Get-KlingLipSyncJob")]
    [InlineData("$job | Wait-KlingLipSyncJob")]
    public async Task What_is_not_found_is_shown_with_the_reason_and_without_an_error(string script)
    {
        await using var shell = await LostAndHeld(LostRequest);

        var job = (await shell.RunAsync(script)).CleanOne();

        Assert.Equal(("Unconfirmed", "SubmitUnconfirmed"), (job.State(), job.Text("ErrorType")));
        Assert.Contains("can be proven from", job.Text("ErrorMessage"));
    }

    [Fact]
    public async Task The_local_view_asks_nobody()
    {
        await using var shell = await LostAndHeld(LostAnswer);
        var before = shell.Emulator.Ledger().Counts;

        var job = (await shell.RunAsync("Get-KlingLipSyncJob -Local")).CleanOne();

        Assert.Equal("Unconfirmed", job.State());
        Assert.Equal(before, shell.Emulator.Ledger().Counts);
    }

    /// <summary>The next paid request gets lost. <c>$clip</c> is a clip.</summary>
    private static async Task<LipSyncShell> Lost(Fault fault)
    {
        var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell.Emulator.AddFaults(fault);
        return shell;
    }

    /// <summary>The same, and it has happened: <c>$job</c> is held, because fal's history was down.</summary>
    private static async Task<LipSyncShell> LostAndHeld(Fault fault)
    {
        var shell = await Lost(fault);
        shell.Emulator.AddFaults(HistoryDown);
        var error = (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("SubmitUnconfirmed", ErrorCategory.OperationStopped);
        Assert.Contains("history could not be read", error.Exception.Message);
        shell["job"] = error.TargetObject;
        return shell;
    }

    [GeneratedRegex(@"can be proven from (\S+ \S+)Z on")]
    private static partial Regex Provable();
}
