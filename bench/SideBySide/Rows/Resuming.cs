using System.ComponentModel;
using System.Diagnostics;

namespace KlingLipSync.Bench.SideBySide.Rows;

/// <summary>What is fetched when a large result is cut off again and again, and then answered with something else.</summary>
internal static class Resuming
{
    private const int Cuts = 5;

    public static async Task<Outcome> MeasureAsync(Bench bench)
    {
        var bytes = bench.Options.Size(50_000_000, 2_000_000);
        await using var fal = await EmulatorProcess.StartAsync(EmulatorProcess.Instant);
        var clips = bench.NewFolder();
        Clips.MakePair(clips, "clip", seed: 5, videoBytes: bytes);

        var ours = await ModuleAsync(bench, fal, clips, bytes);
        List<(string Name, Fetch Fetch)> all = [("module", ours)];
        if (ours.Url is { } url)
        {
            if (await CurlAsync(bench, fal, url, ours.Expected, bytes) is { } curl)
            {
                all.Add(("curl -C - in a loop", curl));
            }

            foreach (var script in bench.Rivals("download.mjs", ("fetch in Node, from the start again", "default")))
            {
                all.Add((script.Name, await ScriptAsync(bench, fal, script, url, ours.Expected, bytes)));
            }
        }

        var again = ours.Bytes - ours.Expected;
        var details = Text.Table(["", "bytes fetched", "more than the file", "file whole", "torn file seen under its name"], all.Select(a => (IReadOnlyList<string>)
            [a.Name, $"{a.Fetch.Bytes:N0}", $"{a.Fetch.Bytes - a.Fetch.Expected:N0}", a.Fetch.IsWhole ? "yes" : "no", a.Fetch.IsTorn ? "yes" : "no"]))
            + $"""

            A result of {ours.Expected:N0} bytes, broken off {Cuts} times after {bytes / 8:N0} bytes each, then answered with a short page instead. The emulator counts the bytes that it sends. The module's part has upload and waiting before it; the others are given the address.

            """;
        return new Outcome(10, $"A result of {bytes / 1_000_000} MB, cut {Cuts} times",
        [
            // The page of the wrong answer is no part of the file and cannot be known before it came.
            new("bytes fetched twice", "0", $"{Math.Max(0, again - Page.Length):N0}", "", again <= Page.Length),
            new("torn file under its name", "never", ours.IsTorn ? "seen" : "not seen", "", !ours.IsTorn && ours.IsWhole),
        ], details);
    }

    private const string Page = "<html>Bad gateway</html>";

    private static Task BreakAsync(EmulatorProcess fal, int bytes) => fal.AddFaultsAsync(
        new { route = "download", kind = "truncate", bytes = bytes / 8, times = Cuts },
        new { route = "download", kind = "status", status = 200, body = Page });

    private static async Task<Fetch> ModuleAsync(Bench bench, EmulatorProcess fal, string clips, int bytes)
    {
        await fal.ResetAsync();
        await BreakAsync(fal, bytes);
        var output = bench.NewFolder();
        using var watch = new Watch(output);
        await bench.Module("save.ps1").RunAsync(bench.Settings(fal, ("BENCH_JOBS", 1), ("BENCH_CLIPS", clips), ("BENCH_OUT", output)));
        var request = (await fal.LedgerAsync()).GetProperty("requests")[0];
        return await EndAsync(fal, watch, output, request.GetProperty("output_url").GetString()!, request.GetProperty("output_bytes").GetInt64());
    }

    private static async Task<Fetch?> CurlAsync(Bench bench, EmulatorProcess fal, string url, long expected, int bytes)
    {
        var (output, before) = (bench.NewFolder(), await DownloadedAsync(fal));
        await BreakAsync(fal, bytes);
        using var watch = new Watch(output);
        try
        {
            // A loop, because curl's own --retry does not go on from what is there.
            for (var tries = 0; tries < 2 * Cuts; tries++)
            {
                using var curl = Process.Start(new ProcessStartInfo("curl", ["-sSf", "-C", "-", "-o", Path.Combine(output, "result.mp4"), url]) { RedirectStandardError = true })!;
                await curl.StandardError.ReadToEndAsync();
                await curl.WaitForExitAsync();
                if (curl.ExitCode == 0)
                {
                    break;
                }
            }
        }
        catch (Win32Exception)
        {
            return null;
        }

        return (await EndAsync(fal, watch, output, url, expected)).Since(before);
    }

    private static async Task<Fetch> ScriptAsync(Bench bench, EmulatorProcess fal, Contender script, string url, long expected, int bytes)
    {
        var (output, before) = (bench.NewFolder(), await DownloadedAsync(fal));
        await BreakAsync(fal, bytes);
        using var watch = new Watch(output);
        await script.RunAsync(bench.Settings(fal, ("BENCH_FILE_URL", url), ("BENCH_OUT", output), ("BENCH_BYTES", expected)));
        return (await EndAsync(fal, watch, output, url, expected)).Since(before);
    }

    private static async Task<long> DownloadedAsync(EmulatorProcess fal) => (await fal.LedgerAsync()).GetProperty("downloaded_bytes").GetInt64();

    private static async Task<Fetch> EndAsync(EmulatorProcess fal, Watch watch, string output, string url, long expected) => new(url, expected, await DownloadedAsync(fal),
        Directory.EnumerateFiles(output).Select(f => new FileInfo(f)).Any(f => f.Length == expected && !Watch.IsPartial(f.FullName)), watch.HasSeenTorn(expected));

    /// <param name="Url">The result's address.</param>
    /// <param name="Expected">Its length.</param>
    /// <param name="Bytes">What was sent for it.</param>
    /// <param name="IsWhole">Whether the file is there in the end.</param>
    /// <param name="IsTorn">Whether part of it was ever seen under its name.</param>
    private sealed record Fetch(string Url, long Expected, long Bytes, bool IsWhole, bool IsTorn)
    {
        public Fetch Since(long before) => this with { Bytes = Bytes - before };
    }

    /// <summary>Looks at a folder over and over, and keeps the lengths that files were seen with under their own names.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly CancellationTokenSource ended = new();
        private readonly HashSet<long> lengths = [];
        private readonly Task looking;

        public Watch(string folder) => looking = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                foreach (var file in new DirectoryInfo(folder).EnumerateFiles().Where(f => !IsPartial(f.Name)))
                {
                    try
                    {
                        lengths.Add(file.Length);
                    }
                    catch (FileNotFoundException)
                    {
                        // Renamed between the two looks.
                    }
                }

                await Task.Delay(2);
            }
        });

        public static bool IsPartial(string name) => name.EndsWith(".partial", StringComparison.Ordinal);

        public bool HasSeenTorn(long expected)
        {
            ended.Cancel();
            looking.Wait();
            return lengths.Any(l => l != expected);
        }

        public void Dispose()
        {
            ended.Cancel();
            looking.Wait();
            ended.Dispose();
        }
    }
}
