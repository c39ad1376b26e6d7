namespace KlingLipSync.Bench.SideBySide.Rows;

/// <summary>What a client adds to one job: jobs over URLs, one after the other, on a server that takes no time.</summary>
internal static class OneByOne
{
    private const double Goal = 0.5;
    private const int CommitsPerJob = 3;

    public static async Task<Outcome> MeasureAsync(Bench bench)
    {
        var jobs = bench.Options.Size(300, 20);
        await using var fal = await EmulatorProcess.StartAsync(EmulatorProcess.Instant);
        var folder = bench.NewFolder();
        List<double> commits = [];
        List<(double Milliseconds, double EmulatorCores)> bare = [];
        Contender[] all =
        [
            bench.Module("one-by-one.ps1"),
            .. bench.Rivals("one-by-one.mjs", (Names.Default, "default"), (Names.Polling, "poll"), (Names.Streaming, "streaming")),
            .. bench.PlainScript("plain.ps1"),
        ];
        var samples = await Turns.TakeAsync(bench.Options.Runs, [.. all.Select(c => (c.Name, (Func<Task<Sample>>)(async () =>
        {
            if (c.Name == all[0].Name)
            {
                commits.Add(Commits.Milliseconds(folder));
                bare.Add(await Ceiling.RunAsync(fal, jobs, atOnce: 1));
            }

            return await bench.RunAsync(fal, c, ("BENCH_JOBS", jobs));
        })))]);

        var commit = commits.Median();
        var ours = samples[all[0].Name].Select(s => s.Milliseconds / jobs).Median();
        var rest = ours - (CommitsPerJob * commit);
        var findings = all.Skip(1).Where(c => c.Name != Names.Plain).Select(c =>
        {
            var theirs = samples[c.Name].Select(s => s.Milliseconds / jobs).Median();
            return new Finding($"ms a job, {CommitsPerJob} commits not counted, to {c.Name}", $"≤ {Goal} ×", $"{Text.Number(rest)} to {Text.Number(theirs)} ms",
                Text.Ratio(rest / theirs), rest <= Goal * theirs);
        });
        var details = Text.Table(["", "ms a job", "CPU ms a job", "peak MiB"], all.Select(c => (IReadOnlyList<string>)
            [
                c.Name,
                Text.Number(samples[c.Name].Select(s => s.Milliseconds / jobs).Median()),
                Text.Number(samples[c.Name].Select(s => s.Processor / jobs).Median()),
                Text.Number(samples[c.Name].Select(s => s.Peak).Median()),
            ]).Append(["bare sockets", Text.Number(bare.Select(b => b.Milliseconds / jobs).Median()), "", ""]))
            + $"""

            {jobs} jobs a run, after 5 that warm each process up. The module commits each step of a job to the disk; the smallest commit took {Text.Number(commit)} ms on this disk in the same run, and {CommitsPerJob} of them are taken off. The emulator computed for {bare.Select(b => b.EmulatorCores).Median():P0} of a core while bare sockets drove it.

            """;
        return new Outcome(1, $"{jobs} jobs over URLs, one by one", [.. findings], details);
    }
}
