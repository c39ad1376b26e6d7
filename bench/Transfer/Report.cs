using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace KlingLipSync.Bench.Transfer;

/// <summary>What was measured, as it is written down.</summary>
internal static class Report
{
    private const double GoalRatio = 1.1, GoalMebibytes = 16;

    public static string Of(IReadOnlyList<ProtocolRow> protocols, LargeRow large, IReadOnlyList<SmallRow> small)
    {
        var growth = large.Peak95 - large.Peak10;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # Transfers

            Made by `dotnet run -c Release --project bench/Transfer` on {DateTime.UtcNow:yyyy-MM-dd}, over loopback, the server in a process of its own that drops what it gets. The median of {Measured.Times}.

            - Processor: {Processor}, {Environment.ProcessorCount} logical cores
            - System: {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}
            - Other work on the machine: {(File.Exists("/proc/loadavg") ? $"load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the end" : "not known")}

            ## A file of 95 MiB

            It goes up in parts of 10 MiB, {Fal.FalPartPuts.AtOnce} at once. *Ours* is hashing it, sending it and proving that what was sent is what was hashed.

            | | hashing | `curl -T` | ours | ratio | goal: at most {GoalRatio} |
            |---|---:|---:|---:|---:|---|
            | ms | {large.Hash.Milliseconds:N0} | {large.Curl:N0} | {large.Ours.Milliseconds:N0} | {large.Ratio:N2} | {Verdict(large.Ratio <= GoalRatio)} |
            | processor, ms | {large.Hash.Cpu:N0} | | {large.Ours.Cpu:N0} | | |

            | most memory with 10 MiB | with 95 MiB | more, MiB | goal: at most {GoalMebibytes:0} MiB |
            |---:|---:|---:|---|
            | {large.Peak10:N1} | {large.Peak95:N1} | {growth:N1} | {Verdict(growth <= GoalMebibytes)} |

            ## Pooled HTTP/1.1 or HTTP/2

            Over TLS, each time without a connection at the start. A small call takes {Server.SmallCallMilliseconds} ms at the server.

            | work | protocol | ms | processor of the client, ms |
            |---|---|---:|---:|
            """);
        foreach (var row in protocols)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Work} | {row.Protocol} | {row.Milliseconds:N0} | {row.CpuMilliseconds:N0} |");
        text.AppendLine("""

            ## Files of 20 KB

            | ten thousand, one after the other | µs each | processor, µs |
            |---|---:|---:|
            """);
        foreach (var row in small)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Work} | {row.Microseconds:N1} | {row.Cpu:N1} |");
        return text.ToString();
    }

    private static string Processor => File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line
        ? line[(line.IndexOf(':') + 1)..].Trim()
        : RuntimeInformation.ProcessArchitecture.ToString();

    private static string Verdict(bool met) => met ? "met" : "**missed**";
}
