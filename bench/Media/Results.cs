using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Reports;

namespace KlingLipSync.Bench.Media;

/// <summary>What was measured, as it is written down.</summary>
public sealed class Results(Summary headers, Summary? ffprobe, double largeToSmall)
{
    private const double GoalPerSecond = 5000;
    private const double GoalBytes = 14 * 1024;

    // What two runs over the same files differ by.
    private const double GoalRatio = 1.1;

    /// <summary>One kind of file; the medians in seconds.</summary>
    /// <param name="Name">The file's name.</param>
    /// <param name="Seconds">What reading it takes here.</param>
    /// <param name="Bytes">What reading it allocates here.</param>
    /// <param name="FfprobeSeconds">What <c>ffprobe</c> takes.</param>
    public sealed record Row(string Name, double Seconds, long Bytes, double? FfprobeSeconds);

    /// <summary>All kinds.</summary>
    public IReadOnlyList<Row> Rows { get; } = [.. headers.Reports.OrderBy(report => BenchFiles.Names.ToList().IndexOf(NameOf(report))).Select(report => new Row(
        NameOf(report),
        Median(report),
        report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0,
        ffprobe?.Reports.Where(other => NameOf(other) == NameOf(report)).Select(other => (double?)Median(other)).SingleOrDefault()))];

    /// <summary>The report.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        HostEnvironmentInfo host = headers.HostEnvironmentInfo;
        string rival = ffprobe is null ? "not on the PATH" : FfprobeBenchmarks.Version;
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # Reading media headers

            Made by `./build.ps1 Bench -Name Media` on {DateTime.UtcNow:yyyy-MM-dd}. Each file is opened, read and closed; one core, warm file cache, {BenchFiles.Copies} copies of each of the [small real files](../../tests/Unit/Media/Files/README.md). The median of 9 iterations.

            - Processor: {host.Cpu.Value?.ProcessorName?.Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} logical cores
            - System: {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}
            - BenchmarkDotNet {host.BenchmarkDotNetVersion}
            - Rival: {rival}
            - Other work on the machine: {Load()}

            | file | µs a file | files a second | bytes allocated | ffprobe, ms | ffprobe takes so many times longer |
            |---|---:|---:|---:|---:|---:|
            """);
        foreach (Row row in Rows)
        {
            string time = row.FfprobeSeconds is { } seconds ? (seconds * 1e3).ToString("N1", CultureInfo.InvariantCulture) : "–";
            string ratio = row.FfprobeSeconds is { } longer ? (longer / row.Seconds).ToString("N0", CultureInfo.InvariantCulture) : "–";
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Seconds * 1e6:N1} | {1 / row.Seconds:N0} | {row.Bytes:N0} | {time} | {ratio} |");
        }

        Row small = Rows.Single(row => row.Name == BenchFiles.Small);
        Row large = Rows.Single(row => row.Name == BenchFiles.Large);
        Row slowest = Rows.MaxBy(row => row.Seconds)!;
        Row hungriest = Rows.MaxBy(row => row.Bytes)!;
        text.AppendLine(CultureInfo.InvariantCulture, $"""

            | goal | measured | |
            |---|---|---|
            | at least {GoalPerSecond:N0} files a second | {1 / slowest.Seconds:N0} ({slowest.Name}, the slowest) | {Met(1 / slowest.Seconds >= GoalPerSecond)} |
            | at most {GoalBytes:N0} bytes a file | {hungriest.Bytes:N0} ({hungriest.Name}, the most) | {Met(hungriest.Bytes <= GoalBytes)} |
            | 100 MB with the header at the end cost no more than a small file | {largeToSmall:N2} times the time, {large.Bytes - small.Bytes:N0} bytes more | {Met(largeToSmall <= GoalRatio && large.Bytes <= small.Bytes)} |

            The third goal is measured with both kinds read in turns, so that other work on the machine falls on both alike; it counts as met up to {GoalRatio:N1} times.

            ![Files a second](media.svg)
            """);
        return text.ToString();
    }

    private static string Load()
        => File.Exists("/proc/loadavg") ? $"load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the end" : "not known";

    private static string Met(bool isMet) => isMet ? "met" : "**missed**";

    private static string NameOf(BenchmarkReport report) => (string)report.BenchmarkCase.Parameters["File"];

    private static double Median(BenchmarkReport report) => report.ResultStatistics!.Median / 1e9;
}
