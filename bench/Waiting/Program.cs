using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using KlingLipSync.Bench.Waiting;

var text = new StringBuilder();
text.AppendLine(CultureInfo.InvariantCulture, $"""
    # Waiting

    Made by `./build.ps1 Bench -Name Waiting` on {DateTime.UtcNow:yyyy-MM-dd}: jobs that run at a local fal in another process and do not end. Measured over 20 s, after 20 s of waiting.

    - System: {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} logical cores
    - Other work on the machine: {(File.Exists("/proc/loadavg") ? $"load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start" : "not known")}

    | waited for by | jobs | streams | heap, bytes a job | process, bytes a job | threads more | processor | looks a second |
    |---|---:|---:|---:|---:|---:|---:|---:|
    """);
foreach (var streaming in new[] { true, false })
{
    var m = await Measurement.TakeAsync(1000, streaming);
    text.AppendLine(CultureInfo.InvariantCulture,
        $"| {(streaming ? "streams and looks" : "looks alone")} | {m.Jobs:N0} | {m.Streams} | {m.HeapBytes:N0} | {m.ProcessBytes:N0} | {m.Threads} | {m.Processor:P1} | {m.LooksPerSecond:N0} |");
}

var file = Path.Combine(Built.RepositoryRoot, "bench", "results", "waiting.md");
File.WriteAllText(file, text.ToString());
Console.WriteLine(text);
