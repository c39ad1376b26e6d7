namespace KlingLipSync.Bench.SideBySide.Rows;

/// <summary>What the module costs before it works: its import, and its first job.</summary>
internal static class Starting
{
    private const double GoalImport = 1.1, GoalJob = 1.5;

    public static async Task<Outcome?> MeasureAsync(Bench bench)
    {
        if (!bench.IsPwsh)
        {
            Console.Error.Write("needs pwsh.");
            return null;
        }

        await using var fal = await EmulatorProcess.StartAsync(EmulatorProcess.Instant);
        var empty = bench.NewFolder();
        await bench.RunAsync(fal, bench.Module("empty-module.ps1"), ("BENCH_EMPTY", empty));
        const string Module = "Import-Module, ours", Empty = "Import-Module, empty", Job = "first job", Rest = "first Invoke-RestMethod";
        var samples = await Turns.TakeAsync(bench.Options.Runs,
        [
            (Module, () => bench.RunAsync(fal, bench.Module("import.ps1"), ("BENCH_IMPORT", bench.Manifest))),
            (Empty, () => bench.RunAsync(fal, bench.Module("import.ps1"), ("BENCH_IMPORT", Path.Combine(empty, "Empty.psd1")))),
            (Job, () => bench.RunAsync(fal, bench.Module("first-job.ps1"))),
            (Rest, () => bench.RunAsync(fal, bench.Module("first-rest.ps1"))),
        ]);
        return new Outcome(6, "Starting",
        [
            Compare("Import-Module, to an empty module", Module, Empty, GoalImport),
            Compare("first job object, to the first Invoke-RestMethod", Job, Rest, GoalJob),
        ], Text.Table(["", "ms", "CPU ms", "peak MiB of the process"], samples.Select(s => (IReadOnlyList<string>)
            [s.Key, Text.Number(Median(s.Key)), Text.Number(s.Value.Select(v => v.Processor).Median()), Text.Number(s.Value.Select(v => v.Peak).Median())]))
            + """

            Each in a fresh process. The empty module has as many commands and the same format files, and no code behind them. The first job is sent with `-NoWait`; a new store is made for it.

            """);

        Finding Compare(string what, string ours, string theirs, double goal) => new(what, $"≤ {goal} ×",
            $"{Text.Number(Median(ours))} to {Text.Number(Median(theirs))} ms", Text.Ratio(Median(ours) / Median(theirs)), Median(ours) <= goal * Median(theirs));

        double Median(string name) => samples[name].Select(s => s.Milliseconds).Median();
    }
}
