using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using BenchmarkDotNet.Reports;

namespace KlingLipSync.Bench.Store;

/// <summary>What was measured, as it is written down.</summary>
internal static class Report
{
    private const double GoalMilliseconds = 50;

    public static string Of(Summary reads, Summary commits)
    {
        var read = reads.Reports.Single();
        var milliseconds = read.ResultStatistics!.Median / 1e6;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # The store

            Made by `./build.ps1 Bench -Name Store` on {DateTime.UtcNow:yyyy-MM-dd}. SQLite with WAL and `synchronous=FULL`, on the disk of the repository. The median of 9 iterations.

            - Processor: {reads.HostEnvironmentInfo.Cpu.Value?.ProcessorName?.Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} logical cores
            - System: {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}
            - BenchmarkDotNet {reads.HostEnvironmentInfo.BenchmarkDotNetVersion}
            - Other work on the machine: {(File.Exists("/proc/loadavg") ? $"load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the end" : "not known")}

            ## Reading

            | jobs | all read in, ms | bytes a job | goal: less than {GoalMilliseconds:0} ms |
            |---:|---:|---:|---|
            | {ReadBenchmarks.Rows:N0} | {milliseconds:N1} | {(read.GcStats.GetBytesAllocatedPerOperation(read.BenchmarkCase) ?? 0) / ReadBenchmarks.Rows:N0} | {(milliseconds < GoalMilliseconds ? "met" : "**missed**")} |

            ## Writing

            Each caller makes one small change after the other and goes on when it is on the disk. *Alone*: a transaction and a flush for each change. *Together*: as the store does it, changes that wait for one flush share the next.

            | callers | alone, changes a second | together, changes a second | ratio |
            |---:|---:|---:|---:|
            """);
        foreach (var callers in commits.Reports.GroupBy(r => (int)r.BenchmarkCase.Parameters[nameof(CommitBenchmarks.Callers)]).OrderBy(g => g.Key))
        {
            var alone = PerSecond(callers, nameof(CommitBenchmarks.Alone));
            var together = PerSecond(callers, nameof(CommitBenchmarks.Together));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {callers.Key} | {alone:N0} | {together:N0} | {together / alone:N1} |");
        }

        return text.ToString();
    }

    private static double PerSecond(IGrouping<int, BenchmarkReport> callers, string method) =>
        callers.Key * CommitBenchmarks.Each / (callers.Single(r => r.BenchmarkCase.Descriptor.WorkloadMethod.Name == method).ResultStatistics!.Median / 1e9);
}
