namespace KlingLipSync.Bench.SideBySide.Rows;

/// <summary>Whether what many pairs share goes up once.</summary>
internal static class SharedSound
{
    public static async Task<Outcome> MeasureAsync(Bench bench)
    {
        var (pairs, bytes) = (bench.Options.Size(50, 4), bench.Options.Size(8_000_000, 500_000));
        await using var fal = await EmulatorProcess.StartAsync(EmulatorProcess.Instant);
        var (clips, warm) = (bench.NewFolder(), bench.NewFolder());
        Clips.MakePair(warm, "clip", seed: 1, videoBytes: 20_000);
        for (var i = 0; i < pairs; i++)
        {
            Clips.MakeVideo(clips, $"clip-{i:00}", seed: 100 + i, bytes);
        }

        var sound = Clips.MakeSound(bench.NewFolder(), "sound", seed: 2, bytes: 200_000);
        var unique = Directory.EnumerateFiles(clips).Append(sound).Sum(f => new FileInfo(f).Length);
        var first = Directory.EnumerateFiles(warm).Sum(f => new FileInfo(f).Length);
        Contender[] all = [bench.Module("upload.ps1"), .. bench.Rivals("upload.mjs", (Names.Default, "default"))];

        // The bytes are the same each time, and the time is not what counts here.
        var samples = await Turns.TakeAsync(Math.Max(1, bench.Options.Runs / 3), [.. all.Select(c => (c.Name, (Func<Task<(Sample Sample, long Bytes)>>)(async () =>
        {
            var sample = await bench.RunAsync(fal, c, ("BENCH_JOBS", pairs), ("BENCH_WARM", warm), ("BENCH_SOUND", sound), ("BENCH_CLIPS", clips));
            var ledger = await fal.LedgerAsync();
            return (sample, ledger.GetProperty("uploads").EnumerateArray().Sum(u => u.GetProperty("bytes").GetInt64()) - first);
        })))]);

        var sent = samples[all[0].Name].Max(s => s.Bytes);
        var details = Text.Table(["", "bytes sent", "seconds", "CPU s", "peak MiB"], all.Select(c => (IReadOnlyList<string>)
            [
                c.Name, $"{samples[c.Name].Max(s => s.Bytes):N0}", Text.Number(samples[c.Name].Select(s => s.Sample.Milliseconds / 1000).Median()),
                Text.Number(samples[c.Name].Select(s => s.Sample.Processor / 1000).Median()), Text.Number(samples[c.Name].Select(s => s.Sample.Peak).Median()),
            ]))
            + $"""

            {pairs} clips of {bytes / 1e6:0.#} MB, 8 at once, and one sound for all; the emulator counts the bytes. fal-js is given each pair as it comes.

            """;
        return new Outcome(5, $"{pairs} pairs that share one sound",
            [new("bytes sent, to unique bytes", "1 ×", $"{sent:N0} to {unique:N0}", Text.Ratio((double)sent / unique), sent == unique)], details);
    }
}
