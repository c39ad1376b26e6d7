using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace KlingLipSync.Bench.Transfer;

/// <summary>A file of 95 MiB beside its hash and <c>curl -T</c> of it.</summary>
internal static class LargeFile
{
    public static async Task<LargeRow> MeasureAsync(string url, string folder)
    {
        var (small, large) = (Folder.Random(folder, 10), Folder.Random(folder, 95));
        var (hash, curl, ours) = (new List<Cost>(), new List<double>(), new List<Cost>());
        using var child = Child.Start("upload", url, large);
        _ = await child.AgainAsync();

        // In turn, so that other work on the machine meets all of them.
        for (var n = 0; n < Measured.Times; n++)
        {
            ours.Add(Read(await child.AgainAsync()).Cost);
            hash.Add(Hash(large));
            var seconds = await Child.OutputAsync(
                "curl", "-sS", "-o", Path.Combine(folder, "answer"), "-w", "%{time_total}", "-H", "Content-Type: video/mp4", "-T", large, $"{url}/cdn/upload/1?sig=s");
            curl.Add(1000 * double.Parse(seconds, CultureInfo.InvariantCulture));
        }

        return new LargeRow(Cost.Median(hash), curl.Median(), Cost.Median(ours), await PeakAsync(url, small), await PeakAsync(url, large));
    }

    private static Cost Hash(string path)
    {
        using var self = Process.GetCurrentProcess();
        var cpu = self.TotalProcessorTime;
        var clock = Stopwatch.GetTimestamp();
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0))
        {
            SHA256.HashData(file);
        }

        self.Refresh();
        return new Cost(Stopwatch.GetElapsedTime(clock).TotalMilliseconds, (self.TotalProcessorTime - cpu).TotalMilliseconds);
    }

    private static async Task<double> PeakAsync(string url, string file)
    {
        var peaks = new List<double>();
        for (var n = 0; n < 5; n++)
        {
            using var child = Child.Start("upload", url, file);
            peaks.Add(Read(await child.AgainAsync()).Peak);
        }

        return peaks.Median();
    }

    private static (Cost Cost, double Peak) Read(string line) =>
        line.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray() is [var milliseconds, var cpu, var peak]
            ? (new Cost(milliseconds, cpu), peak)
            : throw new FormatException(line);
}
