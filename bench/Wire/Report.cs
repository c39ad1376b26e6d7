using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using BenchmarkDotNet.Reports;

namespace KlingLipSync.Bench.Wire;

/// <summary>What was measured, as it is written down.</summary>
internal static class Report
{
    private static readonly (string Method, string Words)[] Rows =
    [
        (nameof(AnswerBenchmarks.Status), "a status answer"),
        (nameof(AnswerBenchmarks.StreamedState), "one state of a status stream"),
        (nameof(AnswerBenchmarks.Result), "a result"),
        (nameof(AnswerBenchmarks.Refusal), "a refusal by the model"),
    ];

    public static string Of(Summary summary)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # Reading fal's answers

            Made by `./build.ps1 Bench -Name Wire` on {DateTime.UtcNow:yyyy-MM-dd}. From the bytes of an answer in memory to what it says; no network. The median of 9 iterations.

            - Processor: {summary.HostEnvironmentInfo.Cpu.Value?.ProcessorName?.Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} logical cores
            - System: {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}
            - BenchmarkDotNet {summary.HostEnvironmentInfo.BenchmarkDotNetVersion}
            - Other work on the machine: {(File.Exists("/proc/loadavg") ? $"load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the end" : "not known")}

            | what | µs | bytes allocated |
            |---|---:|---:|
            """);
        foreach (var (method, words) in Rows)
        {
            var report = summary.Reports.Single(r => r.BenchmarkCase.Descriptor.WorkloadMethod.Name == method);
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {words} | {report.ResultStatistics!.Median / 1e3:0.00} | {report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0:N0} |");
        }

        return text.ToString();
    }
}
