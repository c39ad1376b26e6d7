using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Stopping;

/// <summary>What stops new spending for a whole run, and that what is paid is collected all the same.</summary>
public sealed class BreakerTests
{
    [Theory]
    [InlineData(401, "No user found for Key ID and Secret", ErrorCategory.AuthenticationError)]
    [InlineData(403, "User is locked. Reason: Exhausted balance.", ErrorCategory.QuotaExceeded)]
    public async Task A_refusal_that_only_a_look_at_a_job_meets_stops_new_spending(int status, string words, ErrorCategory category)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(3), Streaming = false });
        shell["files"] = Piped.Files(shell.Folder.Pairs(4));

        // The first two uploads are one pair's; the next ones take until after the refusal.
        shell["first"] = Piped.File(shell.Folder.Pair("clips", "first.mp4"));
        (await shell.RunAsync("$first | Invoke-KlingLipSync -NoWait")).Clean();
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Initiate, FaultKind.SlowHeaders) { Milliseconds = 1500, Times = 0 });
        var running = shell.Begin("@($first) + $files | Invoke-KlingLipSync -Destination $out -ThrottleLimit 3");
        await Until.True(() => shell.Emulator.Hits(EmulatorRoute.Initiate) == 4, "two pairs that are about to upload");
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Status, FaultKind.Status) { Status = status, Body = $$"""{"detail":"{{words}}"}""" });
        var run = await running.EndAsync();

        var error = run.OneError("SpendingStopped", category);
        Assert.Contains(words, error.Exception.Message);
        Assert.Equal(4, error.Targets().Length);
        Assert.EndsWith("first.mp4", Assert.Single(run.Output).Text("VideoPath"));
        shell.Emulator.AssertOutputs(run.Output);
        Assert.Equal(1, shell.Emulator.Accepted());

        shell.Emulator.ClearFaults();
        var all = (await shell.RunAsync("@($first) + $files | Invoke-KlingLipSync -Destination $out")).Clean();
        shell.Emulator.AssertOutputs(all);
        Assert.Equal((5, 5), (all.Count, shell.Emulator.Hits(EmulatorRoute.Submit)));
    }

    [Fact]
    public async Task A_refusal_about_one_job_alone_stops_no_other()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(4));
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.Status) { Status = 422, Body = """{"detail":"Not this one"}""" });

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");

        run.OneError("SubmitRefused", ErrorCategory.InvalidOperation);
        Assert.Equal(3, run.Output.Count);
    }

    [Fact]
    public async Task Five_pairs_in_a_row_that_find_nobody_stop_the_rest_which_goes_back_into_the_pipe()
    {
        const int atOnce = 5, clips = 12;
        var shell = await LipSyncShell.OpenAsync();
        await using var closing = shell;
        var port = shell.Emulator.Url.Port;
        shell["files"] = Piped.Files(shell.Folder.Pairs(clips));
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Put, FaultKind.SlowHeaders) { Milliseconds = 600_000, Times = 0 });
        var running = shell.Begin($"$files | Invoke-KlingLipSync -Destination $out -ThrottleLimit {atOnce}");
        await Until.True(() => shell.Emulator.Hits(EmulatorRoute.Put) == atOnce, "uploads on the way");

        await shell.Emulator.DisposeAsync();
        var run = await running.EndAsync();

        Assert.Empty(run.Output);
        var alone = run.Errors.Where(e => e.FullyQualifiedErrorId.StartsWith("EndpointUnreachable,", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, alone.Count);
        Assert.All(alone, e => Assert.Equal("Failed", e.Complete("EndpointUnreachable", ErrorCategory.ConnectionError).Target().State()));
        var stopped = Assert.Single(run.Errors.Except(alone)).Complete("SpendingStopped", ErrorCategory.ConnectionError);
        Assert.Equal(clips - 4, stopped.Targets().Length);

        // Three of them at least were never begun, so that not even an upload was tried; of the others, who was first is chance.
        var jobs = (await shell.RunAsync("Get-KlingLipSyncJob -Local")).Clean();
        Assert.InRange(jobs.Count(j => j.State() == "Preparing"), clips - 4 - atOnce, clips - 5);

        await using var back = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Port = port });
        shell["stopped"] = stopped;
        var rest = (await shell.RunAsync("$stopped.TargetObject | Invoke-KlingLipSync")).Clean();
        back.AssertOutputs(rest);
        Assert.Equal((clips - 4, clips - 4), (rest.Count, back.Accepted()));
        shell["alone"] = alone.Select(e => e.TargetObject).ToArray();
        back.AssertOutputs((await shell.RunAsync("$alone | Invoke-KlingLipSync -Destination $out")).Clean());
        Assert.Equal((clips, clips), (back.Accepted(), back.Hits(EmulatorRoute.Submit)));
    }

    [Fact]
    public async Task A_host_that_is_there_again_in_between_stops_nobody()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(8));

        // Each submit that fal takes starts the count anew; what is refused with 5xx is no absence either.
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Initiate, FaultKind.Status) { Status = 503, Times = 6 });

        Assert.Equal(8, (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out -ThrottleLimit 2")).Clean().Count);
    }
}
