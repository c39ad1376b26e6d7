using System.Management.Automation;
using System.Text.RegularExpressions;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Batches;

/// <summary>What the bars tell, and that they are all closed.</summary>
public sealed partial class ProgressTests
{
    [Fact]
    public async Task Of_a_hundred_at_once_a_screenful_is_shown_and_the_next_ones_follow()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 10, RunTime = TimeSpan.FromSeconds(1.2) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(25));

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -ThrottleLimit 100");

        Assert.Equal(25, run.Clean().Count);
        var open = new HashSet<int>();
        var most = 0;
        foreach (var record in Children(run))
        {
            _ = record.RecordType == ProgressRecordType.Completed ? open.Remove(record.ActivityId) : open.Add(record.ActivityId);
            most = Math.Max(most, open.Count);
        }

        Assert.Equal(10, most);
        Assert.InRange(Children(run).Select(r => r.Activity).Distinct().Count(), 11, 25);
        AssertClosed(run);
    }

    [Fact]
    public async Task Results_coming_down_show_bytes_and_rate()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        (await shell.RunAsync("$jobs = $files | Invoke-KlingLipSync")).Clean();

        // Slow enough to be seen several times by one who looks twice a second.
        var bytes = shell.Emulator.Ledger().Requests.Min(r => r.OutputBytes)!.Value;
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.SlowBody) { Bytes = (bytes / 10) + 1, Milliseconds = 300, Times = 2 });
        var run = await shell.RunAsync("$jobs | Save-KlingLipSyncResult -Destination $out");

        Assert.Equal(2, run.Clean().Count);
        Assert.Contains(Children(run), r => Saving().IsMatch(r.StatusDescription) && r.PercentComplete is > 0 and < 100);
        Assert.Contains(Roots(run), r => Down().IsMatch(r.StatusDescription));
        AssertClosed(run);
    }

    [Fact]
    public async Task So_do_those_of_a_batch()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("one.mp4");
        shell["clip"] = clip;
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.SlowBody) { Bytes = (new FileInfo(clip).Length / 10) + 1, Milliseconds = 300 });

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out");

        run.CleanOne();
        Assert.Contains(Children(run), r => Saving().IsMatch(r.StatusDescription));
        Assert.Contains(Roots(run), r => Down().IsMatch(r.StatusDescription));
        AssertClosed(run);
    }

    [Theory]
    [InlineData("Invoke-KlingLipSync $second")]
    [InlineData("Invoke-KlingLipSync $second -Synchronous")]
    [InlineData("Invoke-KlingLipSync $second -NoWait | Wait-KlingLipSyncJob")]
    public async Task The_time_left_is_learnt_from_earlier_jobs(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(2.5) });
        shell["first"] = shell.Folder.Pair("first.mp4");
        shell["second"] = shell.Folder.Pair("second.mp4");

        var first = await shell.RunAsync("Invoke-KlingLipSync $first");

        // Nobody knows yet.
        first.CleanOne();
        Assert.NotEmpty(first.Progress);
        Assert.All(first.Progress, r => Assert.Equal(-1, r.SecondsRemaining));

        var second = await shell.RunAsync(script);

        second.CleanOne();
        Assert.Contains(Children(second), r => r.SecondsRemaining is >= 1 and <= 10);
        Assert.Contains(Roots(second), r => r.SecondsRemaining is >= 1 and <= 10);
        AssertClosed(second);
    }

    [Fact]
    public async Task A_place_in_the_queue_is_shown()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 1, RunTime = TimeSpan.FromSeconds(1.5) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(3));

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -NoWait | Wait-KlingLipSyncJob");

        Assert.Equal(3, run.Clean().Count);
        Assert.Contains(Children(run), r => r.StatusDescription == "Queued, 1 ahead");
        AssertClosed(run);
    }

    private static IEnumerable<ProgressRecord> Children(CommandRun run) => run.Progress.Where(r => r.ParentActivityId >= 0);

    private static IEnumerable<ProgressRecord> Roots(CommandRun run) => run.Progress.Where(r => r.ParentActivityId < 0);

    private static void AssertClosed(CommandRun run) =>
        Assert.All(run.Progress.GroupBy(r => r.ActivityId), bar => Assert.Equal(ProgressRecordType.Completed, bar.Last().RecordType));

    [GeneratedRegex(@"^Saving, \S+ k?B( of \S+ k?B)?, \S+ k?B/s$")]
    private static partial Regex Saving();

    [GeneratedRegex(@"^\d of \d, 0 failed, (\S+ k?B/s up, )?\S+ k?B/s down$")]
    private static partial Regex Down();
}
