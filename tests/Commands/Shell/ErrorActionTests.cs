using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>-ErrorAction in all its forms, for a failure of one item and for a failure of the whole command, of every command that can fail so.</summary>
public sealed class ErrorActionTests
{
    /// <summary>One bad item of two or three; the id of its error and how many good objects come.</summary>
    public static TheoryData<string, string, int> Items => new()
    {
        { "$files | Invoke-KlingLipSync -Destination $out", "PartnerMissing", 2 },
        { "Invoke-KlingLipSync $paths -Destination $out", "FileNotFound", 2 },
        { "'nobody', $jobs[0].Id | Get-KlingLipSyncJob", "JobNotFound", 1 },
        { "'nobody', $jobs[0].Id | Wait-KlingLipSyncJob", "JobNotFound", 1 },
        { "'nobody', $jobs[0].Id | Watch-KlingLipSyncJob", "JobNotFound", 1 },
        { "'nobody', $jobs[0].Id | Save-KlingLipSyncResult -Destination $out", "JobNotFound", 1 },
        { "'nobody', $jobs[0].Id | Stop-KlingLipSyncJob", "JobNotFound", 1 },
        { "'nobody' | Remove-KlingLipSyncJob", "JobNotFound", 0 },
        { "$rows | Get-KlingLipSyncMedia", "RowIncomplete", 1 },
        { "Measure-KlingLipSyncCost $paths", "FileNotFound", 1 },
        { "Remove-KlingLipSyncBudget Month", "BudgetNotFound", 0 },
        { "[pscustomobject]@{ Period = 'Day'; Amount = 1 }, [pscustomobject]@{ Period = 'Day'; Amount = 2 } | Set-KlingLipSyncBudget", "BudgetAmbiguous", 0 },
    };

    /// <summary>What makes a command end as a whole.</summary>
    public static TheoryData<string, string> Wholes => new()
    {
        { "$good | Invoke-KlingLipSync -ApiKey $broken", "ApiKeyMalformed" },
        { "$good | Invoke-KlingLipSync -MaxCost 0.01", "MaxCostExceeded" },
        { "Get-KlingLipSyncJob -Endpoint http://example.com", "EndpointInvalid" },
        { "$jobs | Wait-KlingLipSyncJob -ApiKey $broken", "ApiKeyMalformed" },
        { "$jobs | Watch-KlingLipSyncJob -ApiKey $broken", "ApiKeyMalformed" },
        { "$jobs | Save-KlingLipSyncResult -Destination Env:x", "DestinationInvalid" },
        { "$jobs | Stop-KlingLipSyncJob -ApiKey $broken", "ApiKeyMalformed" },
        { "$jobs | Remove-KlingLipSyncJob -Endpoint http://example.com", "EndpointInvalid" },
        { "$good | Get-KlingLipSyncMedia -AudioDirectory $nowhere", "FileNotFound" },
        { "$good | Test-KlingLipSyncMedia -AudioDirectory $nowhere", "FileNotFound" },
        { "$good | Measure-KlingLipSyncCost -AudioDirectory $nowhere", "FileNotFound" },
        { "Connect-KlingLipSync -ApiKey $broken", "ApiKeyMalformed" },
        { "Set-KlingLipSyncBudget 1 Day -ApiKey $broken", "ApiKeyMalformed" },
        { "Remove-KlingLipSyncBudget Day -ApiKey $broken", "ApiKeyMalformed" },
    };

    [Theory]
    [MemberData(nameof(Items))]
    public async Task One_bad_item_is_one_error_and_the_others_go_on(string script, string id, int good)
    {
        await using var shell = await Scene();

        // Continue and the variables: one error, by its id, in all three places, and appended where that is asked for.
        var run = await shell.RunAsync($"$Error.Clear(); $failed = @('before'); {script} -ErrorVariable +failed -OutVariable kept -ErrorAction Continue");
        Assert.Equal([id], Ids(run.Errors));
        Assert.Equal(good, run.Output.Count);
        var after = (await shell.RunAsync("$failed.Count; $failed[1].FullyQualifiedErrorId; $Error.Count; $kept.Count")).Clean();
        Assert.Equal(["2", run.Errors[0].FullyQualifiedErrorId, "1", $"{good}"], after.Select(o => o.ToString()));
    }

    [Theory]
    [MemberData(nameof(Items))]
    public async Task Silence_is_kept_in_the_record_and_Ignore_leaves_no_trace(string script, string id, int good)
    {
        await using var shell = await Scene();

        var ignored = await shell.RunAsync($"$Error.Clear(); {script} -ErrorAction Ignore; $Error.Count");
        Assert.Empty(ignored.Errors);
        Assert.Equal("0", ignored.Output[^1].ToString());
        Assert.Equal(good, ignored.Output.Count - 1);

        foreach (var quiet in new[] { $"{script} -ErrorAction SilentlyContinue", $"$ErrorActionPreference = 'SilentlyContinue'; {script}" })
        {
            var silent = await shell.RunAsync($"& {{ $Error.Clear(); {quiet} }} | Out-Null; $Error.Count; $Error[0].FullyQualifiedErrorId");
            Assert.Empty(silent.Errors);
            Assert.Equal("1", silent.Output[0].ToString());
            Assert.StartsWith(id + ",", silent.Output[1].ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Items))]
    public async Task Stop_makes_the_bad_item_the_end_and_a_catch_has_all_of_it(string script, string id, int good)
    {
        _ = good;
        await using var shell = await Scene();

        foreach (var stopping in new[] { $"{script} -ErrorAction Stop", $"$ErrorActionPreference = 'Stop'; {script}" })
        {
            var run = await shell.RunAsync($$"""
                $caught = $null
                & { try { {{stopping}} | Out-Null; 'not reached' } catch { $script:caught = $_ } }
                $caught.FullyQualifiedErrorId
                [bool]$caught.ErrorDetails.RecommendedAction
                $caught.Exception.GetType().FullName
                """);

            Assert.Empty(run.Errors);
            Assert.StartsWith(id + ",", run.Output[0].ToString());
            Assert.Equal("True", run.Output[1].ToString());
            Assert.DoesNotContain("not reached", run.Output.Select(o => o.ToString()));
        }
    }

    [Theory]
    [MemberData(nameof(Wholes))]
    public async Task A_failure_of_the_whole_ends_the_command_and_not_the_script(string script, string id)
    {
        await using var shell = await Scene();
        var before = shell.Emulator.Accepted();

        // The engine writes a terminating error of a command and goes on with the next statement, unless told otherwise.
        var run = await shell.RunAsync($"$Error.Clear(); {script}; \"went on $?\"; $Error.Count");
        Assert.Equal(["went on False", "1"], run.Output.Select(o => o.ToString()));
        Assert.Equal([id], Ids(run.Errors));

        var caught = await shell.RunAsync($"try {{ {script} -ErrorAction Stop; 'not reached' }} catch [KlingLipSync.LipSyncException] {{ $_.FullyQualifiedErrorId; $_.Exception.Error }}");
        Assert.StartsWith(id + ",", Assert.IsType<string>(caught.Output[0].BaseObject));
        Assert.Equal(id, caught.Output[1].ToString());

        var trapped = await shell.RunAsync($"& {{ trap {{ \"trapped $($_.FullyQualifiedErrorId)\"; continue }}; {script} -ErrorAction Stop; 'next' }}");
        Assert.Equal([$"trapped {caught.Output[0]}", "next"], trapped.Output.Select(o => o.ToString()));
        Assert.Equal(before, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_warning_that_stops_stops_before_anything_is_sent()
    {
        await using var shell = await Scene();
        shell["twice"] = Piped.Files([shell.Folder.At("clips", "clip1.mp4"), shell.Folder.At("clips", "clip1.mp4")]);
        var before = shell.Emulator.Ledger().Counts;

        var run = await shell.RunAsync("try { $twice | Invoke-KlingLipSync -WarningAction Stop } catch { $_.FullyQualifiedErrorId }");

        Assert.Equal("ActionPreferenceStop,KlingLipSync.Commands.InvokeKlingLipSyncCommand", run.CleanOne().ToString());
        Assert.Equal(before, shell.Emulator.Ledger().Counts);
    }

    [Fact]
    public async Task The_sum_of_a_run_is_an_information_record_that_can_be_kept_shown_and_silenced()
    {
        await using var shell = await Scene();

        var run = await shell.RunAsync("$good | Invoke-KlingLipSync -InformationAction Ignore 6>&1 | ForEach-Object { $_.GetType().Name }");
        Assert.Equal(["LipSyncJob", "LipSyncJob"], run.Clean().Select(o => o.ToString()));

        run = await shell.RunAsync("$good | Invoke-KlingLipSync -InformationVariable told -InformationAction SilentlyContinue | Out-Null; @($told.Tags)[0]");
        Assert.Equal("KlingLipSync.Run", run.CleanOne().ToString());

        run = await shell.RunAsync("$good | Invoke-KlingLipSync 6>&1 | ForEach-Object { $_.GetType().Name }");
        Assert.Equal(["LipSyncJob", "LipSyncJob", "InformationRecord"], run.Clean().Select(o => o.ToString()));
    }

    [Fact]
    public async Task A_pipeline_variable_names_the_job_further_down()
    {
        await using var shell = await Scene();

        var run = await shell.RunAsync("Get-KlingLipSyncJob -PipelineVariable job | Save-KlingLipSyncResult -Destination $out | ForEach-Object { \"$($job.GetType().Name) $($_.Extension)\" }");

        Assert.Equal(["LipSyncJob .mp4", "LipSyncJob .mp4"], run.Clean().Select(o => o.ToString()));
    }

    private static IEnumerable<string> Ids(IEnumerable<ErrorRecord> errors) => errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]);

    /// <summary>Two completed jobs, their clips, and a clip without a sound among them.</summary>
    private static async Task<LipSyncShell> Scene()
    {
        var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant);
        var good = shell.Folder.Pairs(2);
        var alone = shell.Folder.Clip("clips", "alone.mp4");
        shell["good"] = Piped.Files(good);
        shell["files"] = Piped.Files([alone, .. good]);
        shell["paths"] = (string[])[shell.Folder.At("clips", "nobody.mp4"), .. good];
        shell["rows"] = new[] { Piped.Row(("Tag", "x"), ("VideoPath", "")), Piped.Row(("VideoPath", good[0])) };
        shell["nowhere"] = shell.Folder.At("nowhere");
        shell["broken"] = ModuleSession.Secure("half");
        (await shell.RunAsync("$jobs = $good | Invoke-KlingLipSync")).Clean();
        return shell;
    }
}
