using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Stopping;

/// <summary>What a command says of accepted jobs that it leaves behind, and how to go on.</summary>
public sealed class LastWordTests
{
    private const string Collecting = "Get-KlingLipSyncJob -Pending | Wait-KlingLipSyncJob | Save-KlingLipSyncResult";

    private static readonly TimeSpan Never = TimeSpan.FromMinutes(30);

    [Fact]
    public async Task Jobs_that_took_too_long_are_warned_about_with_the_time_to_collect_them()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = Never });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out -Timeout 0.5");

        Assert.Equal(["WaitTimeout", "WaitTimeout"], run.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
        var soonest = run.Errors.Min(e => (DateTimeOffset)e.Target().Get("CollectBefore")!);
        var warning = Assert.Single(run.Warnings);
        Assert.Contains("2 jobs accepted by fal and not saved", warning);
        Assert.Contains(soonest.ToString("yyyy-MM-dd HH:mm:ss'Z'"), warning);
        Assert.Contains(Collecting, warning);
        Assert.Equal(soonest, Summary(run).Get("CollectBefore"));
        Assert.Equal(2, Summary(run).Get("Pending"));
    }

    [Fact]
    public async Task A_result_that_could_not_be_downloaded_is_warned_about_as_well()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.Status) { Status = 403, Times = 0 });

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out");

        var job = run.OneError("DownloadFailed", ErrorCategory.WriteError).Target();
        Assert.Equal("Completed", job.State());
        Assert.Contains("1 job accepted by fal and not saved", Assert.Single(run.Warnings));
        Assert.Equal(job.Get("CollectBefore"), Summary(run).Get("CollectBefore"));
    }

    [Theory]
    [InlineData("$files | Invoke-KlingLipSync -NoWait")]
    [InlineData("$files | Invoke-KlingLipSync -NoWait -Destination $out")]
    public async Task Whoever_asked_not_to_wait_is_not_warned(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = Never });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        var run = await shell.RunAsync(script);

        Assert.Equal(2, run.Clean().Count);
        Assert.Empty(run.Warnings);
        Assert.NotNull(Summary(run).Get("CollectBefore"));
    }

    [Fact]
    public async Task What_goes_on_down_the_pipe_is_not_warned_about()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync | Save-KlingLipSyncResult -Destination $out");

        Assert.Equal(2, run.Clean().Count);
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public async Task Where_all_is_saved_there_is_nothing_to_say()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");

        Assert.Equal(2, run.Clean().Count);
        Assert.Empty(run.Warnings);
        Assert.Null(Summary(run).Get("CollectBefore"));
    }

    [Fact]
    public async Task After_Ctrl_C_one_line_on_the_host_says_how_to_go_on()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = Never });
        shell["files"] = Piped.Files(shell.Folder.Pairs(3));

        var run = await Stopped(shell, "$files | Invoke-KlingLipSync -Destination $out", () => shell.Emulator.Hits(EmulatorRoute.Stream) == 3);

        var line = Assert.Single(run.Shown, IsLastWord);
        Assert.Contains("3 jobs accepted or on the way", line);
        Assert.Contains(Collecting, line);
        Assert.Contains("Stop-KlingLipSyncJob", line);
        Assert.Empty(run.Errors);
    }

    [Fact]
    public async Task A_request_that_is_just_out_counts_as_on_the_way()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.SlowHeaders) { Milliseconds = 3000 });

        var run = await Stopped(shell, "Invoke-KlingLipSync $clip -Destination $out", () => shell.Emulator.Accepted() == 1);

        Assert.Contains("1 job accepted or on the way", Assert.Single(run.Shown, IsLastWord));
    }

    [Fact]
    public async Task Where_nothing_was_sent_Ctrl_C_says_nothing()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Put, FaultKind.SlowHeaders) { Milliseconds = 600_000, Times = 0 });

        var run = await Stopped(shell, "$files | Invoke-KlingLipSync -Destination $out", () => shell.Emulator.Hits(EmulatorRoute.Put) == 2);

        Assert.DoesNotContain(run.Shown, IsLastWord);
    }

    [Theory]
    [InlineData("$files | Invoke-KlingLipSync -Destination $out -WarningAction SilentlyContinue")]
    [InlineData("$files | Invoke-KlingLipSync -Destination $out -WarningAction Ignore")]
    [InlineData("$WarningPreference = 'SilentlyContinue'; $files | Invoke-KlingLipSync -Destination $out")]
    public async Task Whoever_wants_no_warnings_gets_none(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = Never });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        var run = await Stopped(shell, script, () => shell.Emulator.Hits(EmulatorRoute.Stream) == 2);

        Assert.DoesNotContain(run.Shown, IsLastWord);
    }

    [Theory]
    [InlineData("$files | Invoke-KlingLipSync -Destination $out -ThrottleLimit 2 -ErrorAction Stop")]
    [InlineData("$ErrorActionPreference = 'Stop'; $files | Invoke-KlingLipSync -Destination $out -ThrottleLimit 2")]
    public async Task An_error_that_stops_says_what_goes_on_and_nothing_new_is_sent_after_it(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 1, RunTime = TimeSpan.FromSeconds(2) });
        var bad = shell.Folder.Pair("clips", "noface.mp4");
        var open = shell.Folder.Pair("clips", "open.mp4");
        var clips = shell.Folder.Pairs(3);
        shell["known"] = Piped.Files([bad, open]);
        shell["files"] = Piped.Files([bad, open, .. clips]);
        (await shell.RunAsync("$known | Invoke-KlingLipSync -NoWait -ThrottleLimit 1")).Clean();

        var run = await shell.RunAsync(script);

        var error = run.OneError("JobFailed", ErrorCategory.InvalidResult);
        Assert.Contains("face_detection_error", error.Exception.Message);
        Assert.Contains("1 job accepted before that: fal works on, and bills.", error.Exception.Message);
        Assert.Contains(Collecting, error.ErrorDetails.Message);
        await shell.IdleAsync();
        Assert.Equal((2, 4), (shell.Emulator.Accepted(), shell.Emulator.Hits(EmulatorRoute.Put)));

        (await shell.RunAsync("$ErrorActionPreference = 'Continue'")).Clean();
        var rest = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Output;
        Assert.Equal(4, rest.Count);
        shell.Emulator.AssertOutputs(rest);
        Assert.Equal(5, shell.Emulator.Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task Not_even_what_needs_no_upload_is_sent_after_it()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["rows"] = new[] { "noface", "a", "b", "c", "d" }
            .Select(name => Piped.Row(("VideoUrl", $"https://example.com/{name}.mp4"), ("AudioUrl", $"https://example.com/{name}.wav"))).ToArray();

        var run = await shell.RunAsync("$rows | Invoke-KlingLipSync -ThrottleLimit 1 -ErrorAction Stop");

        run.OneError("JobFailed", ErrorCategory.InvalidResult);
        await shell.IdleAsync();
        Assert.Equal(1, shell.Emulator.Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task An_error_that_stops_and_leaves_nothing_open_says_no_more_than_what_failed()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("noface.mp4");

        var error = (await shell.RunAsync("Invoke-KlingLipSync $clip -ErrorAction Stop")).OneError("JobFailed", ErrorCategory.InvalidResult);

        Assert.DoesNotContain("accepted before that", error.Exception.Message);
    }

    private static bool IsLastWord(string line) => line.StartsWith("Stopped.", StringComparison.Ordinal);

    private static PSObject Summary(CommandRun run) =>
        PSObject.AsPSObject(Assert.Single(run.Information, i => i.Tags.Contains("KlingLipSync.Run")).MessageData);

    /// <summary>The script, stopped at a moment.</summary>
    private static async Task<CommandRun> Stopped(LipSyncShell shell, string script, Func<bool> condition)
    {
        var running = shell.Begin(script);
        await Until.True(condition, "the moment to stop");
        await running.StopAsync();
        var run = await running.EndAsync();
        Assert.True(run.WasStopped);
        return run;
    }
}
