using System.Diagnostics;

namespace KlingLipSync.Bench.SideBySide.Rows;

/// <summary>Whether time and memory of a batch grow as its jobs do, and no more: many small clips from files to saved results, in one command.</summary>
internal static class LongBatch
{
    private const double GoalMemory = 100, GoalStraightness = 0.99;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    public static async Task<Outcome> MeasureAsync(Bench bench)
    {
        var jobs = bench.Options.LongBatch;
        var (clips, output) = (bench.NewFolder(), bench.NewFolder());
        Clips.MakePairs(clips, jobs, videoBytes: 20_000);
        await using var fal = await EmulatorProcess.StartAsync(EmulatorProcess.Instant);
        List<(double Seconds, int Saved, double MiB)> marks = [];
        var settings = bench.Settings(fal, ("BENCH_JOBS", jobs), ("BENCH_CLIPS", clips), ("BENCH_OUT", output));
        var watching = Task.CompletedTask;
        var sample = await bench.Module("save.ps1").RunAsync(settings, process => watching = WatchAsync(process.Id, output, marks));
        await watching;

        var idle = sample["idleMiB"];
        var working = marks.Where(m => m.Saved > 0).ToList();
        var over = (working.Count > 0 ? working.Max(m => m.MiB) : sample.Peak) - idle;
        var (preflight, straightness) = working.Count > 1
            ? (working[0].Seconds, working.Select(m => ((double)m.Saved, m.Seconds)).ToList().Straightness())
            : (0, 1);
        var seconds = sample.Milliseconds / 1000;
        Finding[] findings =
        [
            new($"memory over idle after preflight, {jobs:N0} jobs", $"≤ {GoalMemory:0} MiB", $"{Text.Number(over)} MiB over {Text.Number(idle)}", "", over <= GoalMemory),
            new("time over jobs saved is a straight line", $"R² ≥ {GoalStraightness}", $"R² {straightness:0.0000}; {Text.Number(jobs / seconds)} jobs a second, fastest tenth to slowest {Tenths(working)}", "", straightness >= GoalStraightness),
        ];
        var details = $"""
            {Text.Number(seconds)} s and {Text.Number(sample.Processor / 1000)} s of CPU for {jobs:N0} pairs of 20 KB clips with sounds of their own; the first result was on the disk after {Text.Number(preflight)} s; {bench.Options.AtOnce} at once; peak {Text.Number(sample.Peak)} MiB.

            """;
        return new Outcome(11, $"{jobs:N0} jobs in one batch", findings, details,
            ("long-batch-memory.svg", Plot.Lines("Memory of the whole process", "results saved", "MiB",
                ("module", working.Select(m => ((double)m.Saved, m.MiB))), ("idle", [(0, idle), (jobs, idle)]), ("goal", [(0, idle + GoalMemory), (jobs, idle + GoalMemory)]))),
            ("long-batch-time.svg", Plot.Lines("Time since the start of the process", "results saved", "seconds", ("module", working.Select(m => ((double)m.Saved, m.Seconds))))));
    }

    /// <summary>Looks at the process and its folder of results until it has ended.</summary>
    private static async Task WatchAsync(int id, string output, List<(double Seconds, int Saved, double MiB)> marks)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var process = Process.GetProcessById(id);
            while (!process.HasExited)
            {
                process.Refresh();
                var saved = Directory.EnumerateFiles(output).Count(f => !f.EndsWith(".partial", StringComparison.Ordinal));
                marks.Add((Stopwatch.GetElapsedTime(started).TotalSeconds, saved, process.WorkingSet64 / 1048576.0));
                await Task.Delay(Pace);
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended between two looks.
        }
    }

    /// <summary>The rate of the fastest tenth of the batch to that of the slowest.</summary>
    private static string Tenths(List<(double Seconds, int Saved, double MiB)> marks)
    {
        if (marks.Count < 20)
        {
            return "not known";
        }

        var rates = marks.Chunk(Math.Max(2, marks.Count / 10)).Where(c => c.Length > 1 && c[^1].Seconds > c[0].Seconds)
            .Select(c => (c[^1].Saved - c[0].Saved) / (c[^1].Seconds - c[0].Seconds)).Where(r => r > 0).ToList();
        return $"{Text.Number(rates.Max())} : {Text.Number(rates.Min())}";
    }
}
