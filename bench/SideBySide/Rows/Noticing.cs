using System.Globalization;
using System.Text.Json;

namespace KlingLipSync.Bench.SideBySide.Rows;

/// <summary>How long after a job's end its result is in hand, and how often the server was asked for it.</summary>
internal static class Noticing
{
    private const double GoalLag = 1.1;

    // Each command first proves the key, by one look at a request that is nobody's. The script has two: the first warms it up.
    private const int Commands = 2;
    private const string Polling = "module, no streams";

    public static async Task<Outcome> MeasureAsync(Bench bench)
    {
        var jobs = bench.Options.Size(200, 10);
        var (shortest, longest) = bench.Options.IsQuick ? ("0.2", "1") : ("1", "10");
        await using var fal = await EmulatorProcess.StartAsync("--queue-seconds", "0", "--run-seconds", shortest, "--longest-run-seconds", longest);
        (Contender Contender, bool HasStreams)[] all =
        [
            (bench.Module("notice.ps1"), true),
            (bench.Module("notice.ps1", Polling), false),
            .. bench.Rivals("notice.mjs", (Names.Default, "default"), (Names.Streaming, "streaming")).Select(c => (c, true)),
        ];

        // Each run has many jobs already.
        var rounds = Math.Max(1, bench.Options.Runs / 3);
        var samples = await Turns.TakeAsync(rounds, [.. all.Select(c => (c.Contender.Name, (Func<Task<Run>>)(async () =>
        {
            await fal.ResetAsync();
            if (!c.HasStreams)
            {
                await fal.AddFaultsAsync(new { route = "stream", kind = "status", status = 404, times = 0 });
            }

            var sample = await c.Contender.RunAsync(bench.Settings(fal, ("BENCH_JOBS", jobs)));
            return Compare(sample, await fal.LedgerAsync(), proofs: c.Contender.Name.StartsWith("module", StringComparison.Ordinal) ? Commands : 0);
        })))]);

        var points = all.Select(c =>
        {
            var lags = samples[c.Contender.Name].SelectMany(r => r.Lags).ToList();
            return (c.Contender.Name, Mean: lags.Average(), P95: lags.Percentile(95), Requests: samples[c.Contender.Name].Average(r => r.Requests));
        }).ToDictionary(p => p.Name);
        var (ours, fallback) = (points[all[0].Contender.Name], points[Polling]);
        List<Finding> findings = [];
        if (points.TryGetValue(Names.Streaming, out var streaming))
        {
            findings.Add(new($"mean lag, to {Names.Streaming}", $"≤ {GoalLag} ×", $"{Text.Number(ours.Mean)} to {Text.Number(streaming.Mean)} ms", Text.Ratio(ours.Mean / streaming.Mean), ours.Mean <= GoalLag * streaming.Mean));
        }

        findings.Add(new("status requests a job", "1", Text.Number(ours.Requests), "", ours.Requests <= 1));
        if (points.TryGetValue(Names.Default, out var polling))
        {
            findings.Add(new($"without streams: dominated by {Names.Default}?", "no", $"{Text.Number(fallback.Mean)} ms for {Text.Number(fallback.Requests)} requests; {Text.Number(polling.Mean)} ms for {Text.Number(polling.Requests)}",
                "", fallback.Mean < polling.Mean || fallback.Requests < polling.Requests));
        }

        var details = Text.Table(["", "mean lag, ms", "95 % within, ms", "status requests a job"], all.Select(c => points[c.Contender.Name]).Select(p =>
            (IReadOnlyList<string>)[p.Name, Text.Number(p.Mean), Text.Number(p.P95), Text.Number(p.Requests)]))
            + $"""

            {jobs} jobs at once, {rounds} runs, each job with a random time of its own at the server. The lag is from the emulator's own time of the end until the caller has the result: its GET is in it for all, and for the module what it writes to its store. The one request by which each command proves its key is not a job's, and not counted.

            """;
        return new Outcome(3, $"{jobs} jobs that end at random times", findings, details,
            ("noticing.svg", Plot.Points("When an end is noticed, and for how many requests", "status requests a job", "mean lag, ms", points.Values.Select(p => (p.Name, p.Requests, p.Mean)).ToArray())));
    }

    private static Run Compare(Sample sample, JsonElement ledger, int proofs)
    {
        var ended = ledger.GetProperty("requests").EnumerateArray().ToDictionary(r => r.GetProperty("request_id").GetString()!,
            r => (DateTimeOffset.Parse(r.GetProperty("ended_at").GetString()!, CultureInfo.InvariantCulture) - DateTimeOffset.UnixEpoch).TotalMilliseconds);
        var counts = ledger.GetProperty("counts");
        return new Run([.. sample.Notices().Select(n => n.At - ended[n.RequestId])],
            (double)(counts.GetProperty("status").GetInt32() + counts.GetProperty("stream").GetInt32() - proofs) / ended.Count);
    }

    private sealed record Run(IReadOnlyList<double> Lags, double Requests);
}
