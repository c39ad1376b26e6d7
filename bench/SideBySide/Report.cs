using System.Runtime.InteropServices;
using System.Text;

namespace KlingLipSync.Bench.SideBySide;

/// <summary>What all rows came to, as it is written down.</summary>
/// <param name="options">What was measured.</param>
/// <param name="shell">What ran the module.</param>
/// <param name="rival">The rival and its runtime, or why there is none.</param>
/// <param name="outcomes">The rows.</param>
internal sealed class Report(BenchOptions options, string shell, string rival, IReadOnlyList<Outcome> outcomes)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder($"""
            # Side by side

            Made by `./build.ps1 Bench -Name SideBySide` on {DateTime.UtcNow:yyyy-MM-dd}. The same work by the module and by others, against one local emulator of fal in a process of its own, in turns; the median of {options.Runs} runs, in rows 3 and 5 of a third as many; rows 10 and 11 are one run each. What each figure means, what is possible at all and what was missed: [docs/performance.md](../../docs/performance.md).

            - Module: in {shell}, imported from its manifest{(options.Module is null ? "" : ", as it is packed")}
            - Rival: {rival}; *tuned* is its client over Node's own kept connections, polling without a pause or streaming
            - Machine: {Processor()}, {Environment.ProcessorCount} logical cores, which contenders and emulator share; {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}
            - Other work on the machine: {(File.Exists("/proc/loadavg") ? $"load average {File.ReadAllText("/proc/loadavg").Split(' ')[1]} at the end, this program's own included" : "not known")}


            """);
        if (options.IsQuick)
        {
            text.AppendLine("**A smoke test. Its figures mean nothing.**").AppendLine();
        }

        text.Append(Table());
        foreach (var outcome in outcomes.Where(o => o.Details.Length > 0))
        {
            text.AppendLine().AppendLine($"## {outcome.Number}. {outcome.Title}").AppendLine().Append(outcome.Details);
            foreach (var (name, _) in outcome.Plots)
            {
                text.AppendLine().AppendLine($"![{outcome.Title}]({name})");
            }
        }

        return text.ToString();
    }

    /// <summary>The table alone, for the console.</summary>
    public string Table() => Table(outcomes);

    /// <summary>One row as soon as it is there.</summary>
    public static string Of(Outcome outcome) => $"\n{Table([outcome])}\n{outcome.Details}";

    private static string Table(IEnumerable<Outcome> outcomes) => Text.Table(["row", "what", "goal", "measured", "ratio", ""],
        outcomes.SelectMany(o => o.Findings.Select(f => (IReadOnlyList<string>)
            [$"{o.Number}", f.What, f.Goal, f.Measured, f.Ratio, f.IsMet switch { true => "met", false => "**missed**", null => "" }])), texts: 6);

    private static string Processor() => File.Exists("/proc/cpuinfo")
        && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line.Split(':')[1].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();
}
