using System.Diagnostics;
using System.Globalization;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;

namespace KlingLipSync.Bench.Transfer;

/// <summary>Hashes and uploads a file as the engine does, in a process that does nothing else.</summary>
internal static class Uploader
{
    /// <summary>Prints, for each time and as soon as it is asked for by a line, milliseconds of the clock and of the processor and the most memory that was ever in use, in MiB.</summary>
    public static async Task RunAsync(string endpoint, string file, CancellationToken ct = default)
    {
        using var fal = new FalClient(FalEndpoint.Parse(endpoint), FalCredential.Parse("demo:demo"));
        using var self = Process.GetCurrentProcess();
        while (await Console.In.ReadLineAsync(ct) is not null)
        {
            self.Refresh();
            var cpu = self.TotalProcessorTime;
            var clock = Stopwatch.GetTimestamp();
            FalDigest digest;
            using (var input = MediaInput.Open(file))
            {
                digest = await FalDigest.OfAsync(input, default);
            }

            var upload = await fal.UploadAsync(
                new FalUploadSource("clip.mp4", "video/mp4", new FileInfo(file).Length, () => MediaInput.Open(file)) { Digest = digest }, new FalLifecycle(TimeSpan.FromDays(7)), null, default);
            if (upload.Sha256 != digest.Sha256)
                throw new InvalidOperationException("Other bytes were sent.");
            var milliseconds = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            self.Refresh();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{milliseconds} {(self.TotalProcessorTime - cpu).TotalMilliseconds} {self.PeakWorkingSet64 / 1048576.0}"));
        }
    }
}
