namespace KlingLipSync.Bench.SideBySide.Rows;

/// <summary>How much one process gets through: jobs over URLs, many at once, on a server that takes no time.</summary>
internal static class AtOnce
{
    private const double GoalRate = 2, GoalProcessor = 0.5;

    public static async Task<Outcome> MeasureAsync(Bench bench)
    {
        var jobs = bench.Options.Size(1000, 50);
        var atOnce = bench.Options.AtOnce;
        await using var fal = await EmulatorProcess.StartAsync(EmulatorProcess.Instant);
        List<(double Milliseconds, double EmulatorCores)> bare = [];
        Contender[] all =
        [
            bench.Module("at-once.ps1"),
            .. bench.Rivals("at-once.mjs", (Names.Default, "default"), (Names.Polling, "poll"), (Names.Streaming, "streaming")),
        ];
        var samples = await Turns.TakeAsync(bench.Options.Runs, [.. all.Select(c => (c.Name, (Func<Task<(Sample Sample, double EmulatorCores)>>)(async () =>
        {
            if (c.Name == all[0].Name)
            {
                bare.Add(await Ceiling.RunAsync(fal, jobs, atOnce));
            }

            await fal.ResetAsync();
            var before = fal.Processor;
            var sample = await bench.RunAsync(fal, c, ("BENCH_JOBS", jobs));
            return (sample, (fal.Processor - before).TotalMilliseconds / sample.Milliseconds);
        })))]);

        var findings = all.Skip(1).SelectMany(c =>
        {
            var (rate, processor) = (Rate(all[0]) / Rate(c), Processor(all[0]) / Processor(c));
            return new[]
            {
                new Finding($"jobs a second, to {c.Name}", $"≥ {GoalRate} ×", $"{Text.Number(Rate(all[0]))} to {Text.Number(Rate(c))}", Text.Ratio(rate), rate >= GoalRate),
                new Finding($"CPU, to {c.Name}", $"≤ {GoalProcessor} ×", $"{Text.Number(Processor(all[0]))} to {Text.Number(Processor(c))} ms", Text.Ratio(processor), processor <= GoalProcessor),
            };
        });
        var details = Text.Table(["", "jobs a second", "CPU ms for all", "bare host's CPU ms", "peak MiB", "emulator, cores"], all.Select(c => (IReadOnlyList<string>)
            [
                c.Name,
                Text.Number(Rate(c)),
                Text.Number(Processor(c)),
                Text.Number(samples[c.Name].Select(s => s.Sample.BareProcessor).Median()),
                Text.Number(samples[c.Name].Select(s => s.Sample.Peak).Median()),
                Text.Ratio(samples[c.Name].Select(s => s.EmulatorCores).Median()),
            ]).Append(["bare sockets", Text.Number(bare.Select(b => jobs / b.Milliseconds * 1000).Median()), "", "", "", Text.Ratio(bare.Select(b => b.EmulatorCores).Median())]))
            + $"""

            {jobs} jobs a run, {atOnce} at once for all. Importing the module and loading the client are part of the time; what the empty host had used before is not.

            """;
        return new Outcome(2, $"{jobs} jobs over URLs, {atOnce} at once", [.. findings], details);

        double Rate(Contender c) => samples[c.Name].Select(s => jobs / s.Sample.Milliseconds * 1000).Median();
        double Processor(Contender c) => samples[c.Name].Select(s => s.Sample.Processor).Median();
    }
}
