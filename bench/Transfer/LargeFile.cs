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
        var (hash, curl, ours) = (new List<double>(), new List<double>(), new List<double>());
        using var child = await Child.StartAsync("upload", url, large, $"{Measured.Times + 1}");
        _ = await child.LineAsync();
        for (var n = 0; n < Measured.Times; n++)
            ours.Add(Number(await child.LineAsync()));
        for (var n = 0; n < Measured.Times; n++)
        {
            var clock = Stopwatch.GetTimestamp();
            using (var file = new FileStream(large, FileMode.Open, FileAccess.Read, FileShare.Read, 0))
            {
                SHA256.HashData(file);
            }

            hash.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            curl.Add(1000 * Number(await Child.OutputAsync("curl", "-sS", "-o", Path.Combine(folder, "answer"), "-w", "%{time_total}", "-H", "Content-Type: video/mp4", "-T", large, $"{url}/cdn/upload/1?sig=s")));
        }

        return new LargeRow(hash.Median(), curl.Median(), ours.Median(), await PeakAsync(url, small), await PeakAsync(url, large));
    }

    private static async Task<double> PeakAsync(string url, string file)
    {
        var peaks = new List<double>();
        for (var n = 0; n < 5; n++)
        {
            using var child = await Child.StartAsync("upload", url, file, "1");
            _ = await child.LineAsync();
            peaks.Add(Number(await child.LineAsync()));
        }

        return peaks.Median();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
