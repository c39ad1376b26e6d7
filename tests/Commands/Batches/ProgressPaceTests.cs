using System.Diagnostics;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Batches;

/// <summary>How often progress is drawn: a console is slow, and jobs change often.</summary>
public sealed class ProgressPaceTests
{
    [Fact]
    public async Task A_bar_is_drawn_twice_a_second_at_most_however_many_jobs_end()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(40));
        var watch = Stopwatch.StartNew();

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -ThrottleLimit 10");

        // One more as it opens and one as it closes.
        var most = (watch.ElapsedMilliseconds / 500) + 2;
        Assert.Equal(40, run.Clean().Count);
        Assert.NotEmpty(run.Progress);
        Assert.All(run.Progress.Where(r => r.ParentActivityId < 0).GroupBy(r => r.ActivityId), bar => Assert.InRange(bar.Count(), 1, most));
    }
}
