using System.Diagnostics;
using System.Security.Cryptography;

namespace KlingLipSync.Bench.SideBySide.Rows;

/// <summary>What sending one large clip takes, in time and in memory.</summary>
internal static class Uploading
{
    private const double GoalTime = 1.1, GoalMemory = 16;

    public static async Task<Outcome> MeasureAsync(Bench bench)
    {
        var (large, small) = (bench.Options.Size(95, 10), bench.Options.Size(10, 2));
        await using var fal = await EmulatorProcess.StartAsync(EmulatorProcess.Instant);
        var (warm, sounds) = (bench.NewFolder(), bench.NewFolder());
        Clips.MakePair(warm, "clip", seed: 1, videoBytes: 20_000);
        var sound = Clips.MakeSound(sounds, "sound", seed: 2, bytes: 200_000);
        var folders = new[] { large, small }.ToDictionary(mib => mib, mib =>
        {
            var folder = bench.NewFolder();
            Clips.MakeVideo(folder, "clip", seed: mib, bytes: mib << 20);
            return folder;
        });
        Contender[] all = [bench.Module("upload.ps1"), .. bench.Rivals("upload.mjs", (Names.Default, "default"))];
        var samples = await Turns.TakeAsync(bench.Options.Runs,
        [
            .. from c in all
               from mib in folders.Keys
               select ($"{c.Name} {mib}", (Func<Task<Sample>>)(() => bench.RunAsync(fal, c,
                   ("BENCH_JOBS", 1), ("BENCH_WARM", warm), ("BENCH_SOUND", sound), ("BENCH_CLIPS", folders[mib])))),
            ("hash", () => Task.FromResult(Timed(() => Hash(Path.Combine(folders[large], "clip.mp4"))))),
            ("curl", () => CurlAsync(fal, Path.Combine(folders[large], "clip.mp4"))),
        ]);

        var (ours, hash, curl) = (Milliseconds($"{all[0].Name} {large}"), Milliseconds("hash"), Milliseconds("curl"));
        var growth = Peak($"{all[0].Name} {large}") - Peak($"{all[0].Name} {small}");
        List<Finding> findings = [];
        if (curl > 0)
        {
            findings.Add(new($"{large} MiB, to hashing and curl -T", $"≤ {GoalTime} ×", $"{Text.Number(ours)} to {Text.Number(hash)} + {Text.Number(curl)} ms", Text.Ratio(ours / (hash + curl)), ours <= GoalTime * (hash + curl)));
        }

        findings.Add(new($"peak memory at {large} MiB less that at {small} MiB", $"≤ {GoalMemory} MiB", $"{Text.Number(growth)} MiB", "", growth <= GoalMemory));
        var details = Text.Table(["", $"{large} MiB, ms", "CPU ms", "peak MiB", $"peak at {small} MiB"], all.Select(c => (IReadOnlyList<string>)
            [
                c.Name, Text.Number(Milliseconds($"{c.Name} {large}")), Text.Number(samples[$"{c.Name} {large}"].Select(s => s.Processor).Median()),
                Text.Number(Peak($"{c.Name} {large}")), Text.Number(Peak($"{c.Name} {small}")),
            ]))
            + """

            From the file to the accepted request, after one small pair that warms each process up. The module hashes the file before, for the pair's identity, and while it goes up; fal-js hashes nothing, and gets the file as a blob that is read as it is sent.

            """;
        return new Outcome(4, $"Upload of {large} MiB", findings, details);

        double Milliseconds(string name) => samples[name].Select(s => s.Milliseconds).Median();
        double Peak(string name) => samples[name].Select(s => s.Peak).Median();
    }

    private static void Hash(string path)
    {
        using var file = File.OpenRead(path);
        SHA256.HashData(file);
    }

    private static async Task<Sample> CurlAsync(EmulatorProcess fal, string path)
    {
        var ticket = await fal.CallAsync("rest/storage/upload/initiate?storage_type=gcs", new { file_name = "clip.mp4", content_type = "video/mp4" });
        try
        {
            return Timed(() =>
            {
                using var curl = Process.Start("curl", ["-sSf", "-T", path, "-H", "Content-Type: video/mp4", "-H", "Expect:", ticket.GetProperty("upload_url").GetString()!]);
                curl.WaitForExit();
                if (curl.ExitCode != 0)
                {
                    throw new InvalidOperationException($"curl ended with {curl.ExitCode}.");
                }
            });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return Sample.Of(0);
        }
    }

    private static Sample Timed(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Sample.Of(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }
}
