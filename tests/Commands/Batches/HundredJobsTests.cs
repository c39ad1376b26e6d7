using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Batches;

/// <summary>A hundred clips, sixteen at a time, and the same command once more.</summary>
public sealed class HundredJobsTests
{
    private const int Clips = 100, Throttle = 16;

    [Fact]
    public async Task Each_is_paid_once_and_saved_and_the_same_command_again_sends_nothing()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = Clips, RunTime = TimeSpan.FromMilliseconds(40) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(Clips));
        const string script = "$files | Invoke-KlingLipSync -Destination $out -ThrottleLimit 16";

        var first = await shell.RunAsync(script);

        Assert.Equal(Clips, first.Clean().Count);
        Assert.Equal(Clips, first.Output.Select(j => j.Id()).Distinct().Count());
        Assert.All(first.Output, j => Assert.False(j.Reused()));
        Assert.Equal(Clips, Directory.GetFiles(shell.Folder.Out).Length);
        shell.Emulator.AssertOutputs(first.Output);
        var paid = shell.Emulator.Ledger();
        Assert.Equal(Clips, paid.Requests.Count);
        Assert.Equal(Clips, paid.Hits(EmulatorRoute.Submit));
        Assert.Equal(2 * Clips, paid.Uploads.Count);
        Assert.InRange(MostAtOnce(paid), 2, Throttle);
        Assert.Equal(0, paid.KeyLeaks);
        AssertOneBarLeftClosed(first.Progress);
        AssertSummary(first, saved: Clips, reused: 0, spent: 7.00m);

        var second = await shell.RunAsync(script);

        Assert.Equal(first.Output.Select(j => j.Id()).Order(), second.Clean().Select(j => j.Id()).Order());
        Assert.All(second.Output, j => Assert.True(j.Reused()));
        shell.Emulator.AssertOutputs(second.Output);
        Assert.Equal(paid.Counts, shell.Emulator.Ledger().Counts);
        AssertOneBarLeftClosed(second.Progress);
        AssertSummary(second, saved: Clips, reused: Clips, spent: 0m);
    }

    /// <summary>The most requests that were accepted and not ended at one time, seen from the other side.</summary>
    private static int MostAtOnce(LedgerSnapshot ledger) => ledger.Requests
        .Max(r => ledger.Requests.Count(other => other.ReceivedAt <= r.ReceivedAt && r.ReceivedAt < other.EndedAt));

    private static void AssertOneBarLeftClosed(IReadOnlyList<ProgressRecord> progress)
    {
        var root = Assert.Single(progress.Where(p => p.ParentActivityId < 0).Select(p => p.ActivityId).Distinct());
        Assert.All(progress, p => Assert.InRange(p.PercentComplete, -1, 100));
        Assert.All(progress.Where(p => p.ParentActivityId >= 0), p => Assert.Equal(root, p.ParentActivityId));
        Assert.All(progress.GroupBy(p => p.ActivityId), bar => Assert.Equal(ProgressRecordType.Completed, bar.Last().RecordType));

        var open = new HashSet<int>();
        foreach (var record in progress.Where(p => p.ActivityId != root))
        {
            _ = record.RecordType == ProgressRecordType.Completed ? open.Remove(record.ActivityId) : open.Add(record.ActivityId);
            Assert.InRange(open.Count, 0, Throttle);
        }
    }

    private static void AssertSummary(CommandRun run, int saved, int reused, decimal spent)
    {
        var summary = PSObject.AsPSObject(Assert.Single(run.Information, i => i.Tags.Contains("KlingLipSync.Run")).MessageData);
        Assert.Equal((saved, 0, 0, 0, reused, spent), (
            (int)summary.Get("Saved")!, (int)summary.Get("Failed")!, (int)summary.Get("Unsent")!, (int)summary.Get("Pending")!,
            (int)summary.Get("Reused")!, (decimal)summary.Get("Spent")!));
    }
}
