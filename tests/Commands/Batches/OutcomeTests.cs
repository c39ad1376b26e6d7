using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Batches;

/// <summary>Ends that look alike and cost differently: the error and its job tell each from the others.</summary>
public sealed class OutcomeTests
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(30);

    [Fact]
    public async Task The_users_stop_leaves_the_job_open_and_cancels_nothing()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = Never });
        shell["clip"] = shell.Folder.Pair("one.mp4");
        var running = shell.Begin("Invoke-KlingLipSync $clip -Destination $out");
        await Until.True(() => shell.Emulator.Hits(EmulatorRoute.Stream) == 1, "the waiting");
        await running.StopAsync();
        await running.EndAsync();

        var job = (await shell.RunAsync("Get-KlingLipSyncJob -Local")).CleanOne();

        Assert.Equal(("Queued", "Unknown", "None"), (job.State(), job.Text("Billed"), job.Text("CancelOutcome")));
        Assert.Equal("Running", (await shell.RunAsync("Get-KlingLipSyncJob")).CleanOne().State());
        Assert.Equal(0, shell.Emulator.Hits(EmulatorRoute.Cancel));
    }

    [Fact]
    public async Task The_commands_own_timeout_leaves_it_open_as_well_and_says_so()
    {
        await using var shell = await Clip(EmulatorOptions.Instant with { RunTime = Never });

        var error = (await shell.RunAsync("Invoke-KlingLipSync $clip -Timeout 0.5")).OneError("WaitTimeout", ErrorCategory.OperationTimeout);

        Assert.EndsWith("It goes on at fal.", error.Exception.Message);
        Assert.Equal(("Queued", "Unknown", "None"), (error.Target().State(), error.Target().Text("Billed"), error.Target().Text("CancelOutcome")));
        Assert.Equal(0, shell.Emulator.Hits(EmulatorRoute.Cancel));
    }

    [Fact]
    public async Task Stopped_at_the_timeout_while_queued_it_costs_nothing_and_is_paid_anew()
    {
        await using var shell = await Clip(EmulatorOptions.Instant with { QueueTime = TimeSpan.FromSeconds(5) });

        var error = (await shell.RunAsync("Invoke-KlingLipSync $clip -Timeout 0.5 -StopOnTimeout")).OneError("WaitTimeout", ErrorCategory.OperationTimeout);

        Assert.Contains("not billed", error.Exception.Message);
        Assert.Equal(("Cancelled", "No", "Removed"), (error.Target().State(), error.Target().Text("Billed"), error.Target().Text("CancelOutcome")));
        Assert.Equal(0m, shell.Emulator.Ledger().AmountUsd);
        Assert.False((await shell.RunAsync("Invoke-KlingLipSync $clip -NoWait")).CleanOne().Reused());
    }

    [Fact]
    public async Task Stopped_at_the_timeout_while_running_it_may_be_billed_and_is_not_paid_anew()
    {
        await using var shell = await Clip(EmulatorOptions.Instant with { RunTime = Never });

        var error = (await shell.RunAsync("Invoke-KlingLipSync $clip -Timeout 0.5 -StopOnTimeout")).OneError("WaitTimeout", ErrorCategory.OperationTimeout);

        Assert.Contains("may bill it", error.Exception.Message);
        Assert.Equal(("Unknown", "Requested"), (error.Target().Text("Billed"), error.Target().Text("CancelOutcome")));
        var cancelled = (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("JobCancelled", ErrorCategory.OperationStopped);
        Assert.Equal(("Cancelled", "Unknown", "Requested"),
            (cancelled.Target().State(), cancelled.Target().Text("Billed"), cancelled.Target().Text("CancelOutcome")));
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task Stopped_too_late_its_result_is_there_for_the_same_command()
    {
        await using var shell = await Clip(EmulatorOptions.Instant);
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Stream, FaultKind.SlowHeaders) { Milliseconds = 600_000 });

        var error = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -Timeout 0.5 -StopOnTimeout")).OneError("WaitTimeout", ErrorCategory.OperationTimeout);

        Assert.Contains("had ended at fal", error.Exception.Message);
        Assert.Equal("TooLate", error.Target().Text("CancelOutcome"));
        Assert.Equal(1, shell.Emulator.Hits(EmulatorRoute.Cancel));
        shell.Emulator.AssertOutputs([(await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne()]);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task Failed_and_billed_says_both()
    {
        await using var shell = await Clip(EmulatorOptions.Instant, "policy.mp4");

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip");

        var error = run.OneError("JobFailed", ErrorCategory.InvalidResult);
        Assert.Contains("content_policy_violation", error.Exception.Message);
        Assert.EndsWith("Billed: Yes.", error.Exception.Message);
        Assert.Equal(("Failed", "Yes", 5m), (error.Target().State(), error.Target().Text("Billed"), error.Target().Get("BillableUnits")));
        Assert.Equal(0.07m, Spent(run));
    }

    [Fact]
    public async Task Failed_and_not_billed_says_that()
    {
        await using var shell = await Clip(EmulatorOptions.Instant);
        shell.Emulator.AddFaults(Failing("0", retryable: false));

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip");

        var error = run.OneError("JobFailed", ErrorCategory.InvalidResult);
        Assert.EndsWith("Not this time. Billed: No.", error.Exception.Message);
        Assert.Equal(("Failed", "No", 0m), (error.Target().State(), error.Target().Text("Billed"), error.Target().Get("BillableUnits")));
        Assert.Equal(0m, Spent(run));
    }

    [Fact]
    public async Task A_failure_that_may_pass_and_is_not_billed_is_tried_three_times_in_all()
    {
        await using var shell = await Clip(EmulatorOptions.Instant);
        for (var time = 1; time <= 3; time++)
        {
            shell.Emulator.AddFaults(Failing("0", retryable: true));
            (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).OneError("JobFailed", ErrorCategory.InvalidResult);
            Assert.Equal(time, shell.Emulator.Accepted());
        }

        // From now on it is only told, though it would succeed.
        var asked = shell.Emulator.Ledger().Counts;
        var told = await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out");
        Assert.Contains("Not this time", told.OneError("JobFailed", ErrorCategory.InvalidResult).Exception.Message);
        Assert.Equal(asked, shell.Emulator.Ledger().Counts);
        Assert.Equal(0m, Spent(told));
        shell.Emulator.AssertOutputs([(await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -ResubmitBefore ([DateTime]::UtcNow)")).CleanOne()]);
    }

    [Fact]
    public async Task A_failure_that_may_pass_succeeds_by_the_same_command()
    {
        await using var shell = await Clip(EmulatorOptions.Instant);
        shell.Emulator.AddFaults(Failing("0", retryable: true));
        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).OneError("JobFailed", ErrorCategory.InvalidResult);

        var job = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne();

        Assert.False(job.Reused());
        shell.Emulator.AssertOutputs([job]);
        Assert.Null(job.Get("ErrorType"));
        Assert.Equal(2, shell.Emulator.Accepted());
    }

    [Theory]
    [InlineData("0", false)] // would fail again
    [InlineData("5", true)] // would be paid twice
    [InlineData(null, true)] // may be paid twice
    public async Task Every_other_failure_is_final(string? units, bool retryable)
    {
        await using var shell = await Clip(EmulatorOptions.Instant);
        shell.Emulator.AddFaults(Failing(units, retryable));
        (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("JobFailed", ErrorCategory.InvalidResult);

        (await shell.RunAsync("Invoke-KlingLipSync $clip")).OneError("JobFailed", ErrorCategory.InvalidResult);

        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task What_is_refused_here_has_its_input_as_target_and_came_to_no_job()
    {
        await using var shell = await Clip(EmulatorOptions.Instant);
        shell["clip"] = shell.Folder.Text("no film", "bad.mp4");
        shell.Folder.Sound("bad.wav");

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip; Get-KlingLipSyncJob -Local");

        var error = run.OneError("MediaUnfit", ErrorCategory.InvalidData);
        Assert.Equal("KlingLipSync.LipSyncInput", error.Target().BaseObject.GetType().FullName);
        Assert.Empty(run.Output);
        shell.Emulator.AssertNothingSent();
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("-NoServerRetry", "1")]
    public async Task Whether_fal_may_run_it_again_by_itself_is_said_with_the_request(string parameter, string? header)
    {
        await using var shell = await Clip(EmulatorOptions.Instant);

        (await shell.RunAsync($"Invoke-KlingLipSync $clip -NoWait {parameter}")).CleanOne();

        Assert.Equal(header, Assert.Single(shell.Emulator.Ledger().Requests).Headers.GetValueOrDefault("x-fal-no-retry"));
    }

    /// <summary>A session with one pair, <c>$clip</c>.</summary>
    private static async Task<LipSyncShell> Clip(EmulatorOptions options, string name = "one.mp4")
    {
        var shell = await LipSyncShell.OpenAsync(options);
        shell["clip"] = shell.Folder.Pair(name);
        return shell;
    }

    /// <summary>The next result says that the job failed.</summary>
    private static Fault Failing(string? units, bool retryable)
    {
        var headers = new Dictionary<string, string> { ["X-Fal-Retryable"] = retryable ? "true" : "false" };
        if (units is not null)
        {
            headers["X-Fal-Billable-Units"] = units;
        }

        return new Fault(EmulatorRoute.Result, FaultKind.Status)
        {
            Status = 422,
            Body = """{"detail":[{"loc":["body"],"msg":"Not this time.","type":"downstream_service_unavailable"}]}""",
            Headers = headers,
        };
    }

    private static decimal Spent(CommandRun run) =>
        (decimal)PSObject.AsPSObject(Assert.Single(run.Information, i => i.Tags.Contains("KlingLipSync.Run")).MessageData).Get("Spent")!;
}
