using System.Diagnostics;
using System.Globalization;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;

namespace KlingLipSync.Bench.Transfer;

/// <summary>Hashes and uploads a file as the engine does, in a process that does nothing else.</summary>
internal static class Uploader
{
    /// <summary>Prints a line of milliseconds for each time, and one with the most memory that was ever in use, in MiB.</summary>
    public static async Task RunAsync(string endpoint, string file, int times)
    {
        using var fal = new FalClient(FalEndpoint.Parse(endpoint), FalCredential.Parse("demo:demo"));
        for (var n = 0; n < times; n++)
        {
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
            Console.WriteLine(Stopwatch.GetElapsedTime(clock).TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        }

        using var self = Process.GetCurrentProcess();
        Console.WriteLine((self.PeakWorkingSet64 / 1048576.0).ToString(CultureInfo.InvariantCulture));
    }
}
