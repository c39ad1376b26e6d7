using System.ComponentModel;
using System.Diagnostics;

namespace KlingLipSync.Bench.SideBySide.Rows;

/// <summary>How many files a second the command judges.</summary>
internal static class Checking
{
    private const double Goal = 1000;
    private const int Probed = 10;

    public static async Task<Outcome> MeasureAsync(Bench bench)
    {
        var pairs = bench.Options.Size(500, 50);
        var folder = bench.NewFolder();
        var files = Path.Combine(Built.Root, "tests", "Unit", "Media", "Files");
        for (var i = 0; i < pairs; i++)
        {
            File.Copy(Path.Combine(files, i % 2 == 0 ? "header-first.mp4" : "header-last.mp4"), Path.Combine(folder, $"clip-{i:000}.mp4"));
            File.Copy(Path.Combine(files, i % 2 == 0 ? "sound.m4a" : "sound.wav"), Path.Combine(folder, $"clip-{i:000}{(i % 2 == 0 ? ".m4a" : ".wav")}"));
        }

        await using var fal = await EmulatorProcess.StartAsync(EmulatorProcess.Instant);
        List<double> probed = [];
        var samples = new List<Sample>();
        for (var i = 0; i < bench.Options.Runs; i++)
        {
            samples.Add(await bench.RunAsync(fal, bench.Module("preflight.ps1"), ("BENCH_CLIPS", folder), ("BENCH_PAIRS", pairs)));
            probed.AddRange(Directory.EnumerateFiles(folder).Take(Probed).Select(Probe).OfType<double>());
        }

        var (warm, cold) = (Rate("ms"), Rate("coldMs"));
        var ffprobe = probed.Count == 0 ? "ffprobe is not on the PATH" : $"ffprobe, a process a file: {Text.Number(1000 / probed.Median())} files a second";
        return new Outcome(7, $"Preflight of {2 * pairs:N0} files",
            [new("files a second through the command, warm", $"≥ {Goal:N0}", Text.Number(warm), "", warm >= Goal)],
            $"""
            `Get-KlingLipSyncMedia -Pair` over {pairs:N0} real clips with their sounds; the same for the first time in a fresh process: {Text.Number(cold)} files a second. {ffprobe}. The reader alone: [media.md](media.md).

            """);

        double Rate(string name) => samples.Select(s => 2 * pairs / s[name] * 1000).Median();
    }

    private static double? Probe(string file)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo("ffprobe", ["-v", "error", "-show_format", "-show_streams", "-of", "json", file]) { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
