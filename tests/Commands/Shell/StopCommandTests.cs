using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>Ctrl+C on every command while it waits for something: it is gone at once and without a word, and nothing is lost by it.</summary>
public sealed class StopCommandTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("$jobs | Wait-KlingLipSyncJob", EmulatorRoute.Stream)]
    [InlineData("$jobs | Watch-KlingLipSyncJob", EmulatorRoute.Stream)]
    [InlineData("Get-KlingLipSyncJob", EmulatorRoute.Status)]
    [InlineData("Get-KlingLipSyncJob | Wait-KlingLipSyncJob", EmulatorRoute.Status)]
    [InlineData("$jobs | Stop-KlingLipSyncJob", EmulatorRoute.Cancel)]
    [InlineData("$files | Invoke-KlingLipSync -Destination $out", EmulatorRoute.Stream)]
    public async Task While_fal_does_not_answer_about_accepted_jobs(string script, EmulatorRoute route)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(2) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        (await shell.RunAsync("$jobs = $files | Invoke-KlingLipSync -NoWait")).Clean();
        shell.Emulator.AddFaults(Silent(route));
        var before = shell.Emulator.Hits(route);

        await StoppedOnce(shell, script, () => shell.Emulator.Hits(route) == before + 2);

        shell.Emulator.ClearFaults();
        var jobs = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");

        // A cancel may have arrived: then fal says so, and the pair is paid for once all the same.
        Assert.Equal(2, route == EmulatorRoute.Cancel ? jobs.Output.Count + jobs.Errors.Count : jobs.Clean().Count);
        shell.Emulator.AssertOutputs(jobs.Output);
        Assert.InRange(shell.Emulator.Accepted(), 2, route == EmulatorRoute.Cancel ? 4 : 2);
    }

    [Fact]
    public async Task While_jobs_are_queued_at_fal()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { QueueTime = TimeSpan.FromSeconds(3) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        await StoppedOnce(shell, "$files | Invoke-KlingLipSync -Destination $out", () => shell.Emulator.Hits(EmulatorRoute.Stream) == 2);

        await EndsWhole(shell, 2);
    }

    [Fact]
    public async Task While_the_input_still_comes_in()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        shell["mark"] = new bool[1];
        var mark = (bool[])shell.Session["mark"]!;

        await StoppedOnce(shell, "& { $files; $mark[0] = $true; while ($true) { [Threading.Thread]::Sleep(20) } } | Invoke-KlingLipSync -Destination $out", () => mark[0]);

        shell.Emulator.AssertNothingSent();
        await EndsWhole(shell, 2);
    }

    [Fact]
    public async Task While_files_are_hashed()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([.. Enumerable.Range(1, 4).Select(n => Large(shell, $"large{n}.mp4"))]);

        // The run has begun and the first question is not asked: the store has no hash yet.
        await StoppedOnce(shell, "$files | Invoke-KlingLipSync -Destination $out -ThrottleLimit 1",
            () => Directory.Exists(Path.Combine(shell.Folder.Store, "owners")) && Directory.EnumerateFiles(Path.Combine(shell.Folder.Store, "owners")).Any());

        await shell.IdleAsync();
        Assert.Equal(0, shell.Emulator.Accepted());
    }

    [Theory]
    [InlineData("$jobs | Wait-KlingLipSyncJob")]
    [InlineData("Get-KlingLipSyncJob")]
    [InlineData("$files | Invoke-KlingLipSync -Destination $out")]
    public async Task While_a_lost_answer_is_looked_for_in_the_history(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(1));
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetAfterAccept), new Fault(EmulatorRoute.History, FaultKind.Status) { Times = 0 });
        await shell.RunAsync("$files | Invoke-KlingLipSync");
        Assert.Equal("Unconfirmed", (await shell.RunAsync("$jobs = Get-KlingLipSyncJob -Local; $jobs")).CleanOne().State());
        shell.Emulator.ClearFaults();
        shell.Emulator.AddFaults(Silent(EmulatorRoute.History));
        var before = shell.Emulator.Hits(EmulatorRoute.History);

        await StoppedOnce(shell, script, () => shell.Emulator.Hits(EmulatorRoute.History) > before);

        await EndsWhole(shell, 1);
    }

    [Fact]
    public async Task While_a_result_is_saved()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        (await shell.RunAsync("$jobs = $files | Invoke-KlingLipSync")).Clean();
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.SlowBody) { Milliseconds = 60_000, Bytes = 16, Times = 0 });

        await StoppedOnce(shell, "$jobs | Save-KlingLipSyncResult -Destination $out", () => shell.Emulator.Hits(EmulatorRoute.Download) == 2);

        await shell.IdleAsync();
        Assert.Empty(Directory.GetFiles(shell.Folder.Out));
        shell.Emulator.ClearFaults();
        Assert.Equal(2, (await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out")).Clean().Count);
        Assert.Equal(2, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task While_the_key_is_proven_and_then_the_session_has_what_it_had()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell.Emulator.AddFaults(Silent(EmulatorRoute.Status));
        shell["other"] = ModuleSession.Secure("other:other");

        await StoppedOnce(shell, "Connect-KlingLipSync -ApiKey $other", () => shell.Emulator.Hits(EmulatorRoute.Status) == 2);

        shell.Emulator.ClearFaults();
        Assert.Equal("demo", (await shell.RunAsync("Connect-KlingLipSync")).CleanOne().Text("KeyId"));
    }

    [Theory]
    [InlineData("Get-KlingLipSyncMedia -VideoUrl $url -Probe")]
    [InlineData("Test-KlingLipSyncMedia -VideoUrl $url -Probe")]
    [InlineData("Measure-KlingLipSyncCost -VideoUrl $url -Probe")]
    public async Task While_a_URL_is_read(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip")).CleanOne();
        shell["url"] = shell.Emulator.Ledger().Uploads.First(u => u.Url.EndsWith(".mp4", StringComparison.Ordinal)).Url;
        shell.Emulator.AddFaults(Silent(EmulatorRoute.Download));
        var before = shell.Emulator.Hits(EmulatorRoute.Download);

        await StoppedOnce(shell, script, () => shell.Emulator.Hits(EmulatorRoute.Download) > before);
    }

    [Fact]
    public async Task While_payloads_are_deleted_at_fal_and_then_the_record_is_still_there()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { AdminKeys = ["admin:admin"] });
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["admin"] = ModuleSession.Secure("admin:admin");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -Destination $out")).Clean();
        shell.Emulator.AddFaults(Silent(EmulatorRoute.DeletePayloads));

        await StoppedOnce(shell, "$job | Remove-KlingLipSyncJob -Payload -ApiKey $admin", () => shell.Emulator.Hits(EmulatorRoute.DeletePayloads) == 1);

        shell.Emulator.ClearFaults();
        Assert.Equal("Saved", (await shell.RunAsync("Get-KlingLipSyncJob -Local")).CleanOne().State());
        (await shell.RunAsync("$job | Remove-KlingLipSyncJob -Payload -ApiKey $admin")).Clean();
        Assert.Empty((await shell.RunAsync("Get-KlingLipSyncJob -Local")).Clean());
    }

    [Fact]
    public async Task While_a_blocking_call_is_out()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(2) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(1));

        await StoppedOnce(shell, "$files | Invoke-KlingLipSync -Synchronous -Destination $out", () => shell.Emulator.Accepted() == 1);

        await shell.IdleAsync();
        await EndsWhole(shell, 1);
    }

    [Fact]
    public async Task While_a_pair_is_in_the_hands_of_another_session()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(4) });
        var other = await shell.ReopenAsync();
        var files = Piped.Files(shell.Folder.Pairs(1));
        shell["files"] = files;
        other["files"] = files;
        var first = other.Begin("$files | Invoke-KlingLipSync -Destination $out");
        await Until.True(() => shell.Emulator.Hits(EmulatorRoute.Stream) == 1, "the other session's waiting");

        await StoppedOnce(shell, "$files | Invoke-KlingLipSync -Destination $out",
            () => Directory.EnumerateFiles(Path.Combine(shell.Folder.Store, "owners")).Count() == 2);

        shell.Emulator.AssertOutputs((await first.EndAsync()).Clean());
        await EndsWhole(shell, 1);
    }

    private static Fault Silent(EmulatorRoute route) => new(route, FaultKind.SlowHeaders) { Milliseconds = 600_000, Times = 0 };

    private static async Task StoppedOnce(LipSyncShell shell, string script, Func<bool> condition)
    {
        var running = shell.Begin(script);
        await Until.True(condition, "the moment to stop");

        var took = await running.StopAsync();

        var run = await running.EndAsync();
        Assert.True(run.WasStopped);
        Assert.InRange(took, TimeSpan.Zero, Soon);
        Assert.Empty(run.Errors);
        Assert.Empty(run.Output);
    }

    private static async Task EndsWhole(LipSyncShell shell, int count)
    {
        shell.Emulator.ClearFaults();
        var jobs = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Clean();
        Assert.Equal(count, jobs.Count);
        shell.Emulator.AssertOutputs(jobs);
        Assert.Equal((count, count), (shell.Emulator.Accepted(), shell.Emulator.Hits(EmulatorRoute.Submit)));
        Assert.Equal(count, Directory.GetFiles(shell.Folder.Out).Length);
    }

    /// <summary>A clip of 60 MB of nothing, with its sound beside it.</summary>
    private static string Large(LipSyncShell shell, string name)
    {
        var clip = shell.Folder.Pair("clips", name);
        using var file = new FileStream(clip, FileMode.Append);
        const int size = 60 << 20;
        file.Write([(byte)(size >> 24), (byte)(size >> 16 & 0xFF), 0, 0, (byte)'f', (byte)'r', (byte)'e', (byte)'e']);
        file.SetLength(file.Length - 8 + size);
        return clip;
    }
}
