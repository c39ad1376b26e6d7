using System.Diagnostics;
using KlingLipSync.Emulator;

namespace KlingLipSync.Bench.Chaos;

/// <summary>Runs the same command again and again, killing most of its runs, until nothing is left to do.</summary>
internal sealed class Campaign(ChaosOptions options, Scene scene, EmulatorServer fal, Account account, Shell shell, TextWriter log)
{
    // Where every run makes headway two or three are enough; the bound is for a module that does not.
    private const int MostCalmRuns = 30, MostIdleRuns = 6;
    private const string Resubmit = "Resubmit";

    private readonly string script = Path.Combine(AppContext.BaseDirectory, "command.ps1");
    private string? unconfirmed;

    public Trail Trail { get; } = new();

    /// <summary>Things that must not happen whatever the ledger says, such as a run without end.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>Clips that were added to the batch as witnesses.</summary>
    public int Further { get; private set; }

    /// <summary>The first phase: what is unconfirmed is held.</summary>
    public async Task HoldAsync(IReadOnlyList<Step> steps)
    {
        unconfirmed = null;
        await TakeAsync("hold", steps);
        await SettleAsync("hold", () => scene.Results().Count() + Absent() >= scene.Pairs.Count, options.HistoryLag, idle: null);
    }

    /// <summary>The second: what is proven absent is sent anew, until everything is saved.</summary>
    public async Task ResubmitAsync(IReadOnlyList<Step> steps)
    {
        unconfirmed = Resubmit;
        await TakeAsync("resubmit", steps);

        // Absence is proven only beside a later request of ours. Where none is to come any more, the next day brings one.
        await SettleAsync("resubmit", () => scene.Results().Count() >= scene.Pairs.Count, options.Horizon, idle: () =>
        {
            scene.AddFurther();
            Further++;
        });
    }

    /// <summary>All jobs of the store, as the user lists them.</summary>
    public async Task<IReadOnlyList<JobLine>> JobsAsync()
    {
        using var run = Start("list", scene.Rows, ("CHAOS_LIST", "1"));
        var (report, words) = await EndAsync(run);
        return report?.Jobs ?? throw new InvalidOperationException($"The jobs could not be listed: {words}");
    }

    /// <summary>Pairs that have no request in the ledger: in the first phase they stay unconfirmed.</summary>
    private int Absent()
    {
        var matching = new LedgerMatch(scene.Pairs, fal.Ledger());
        return scene.Pairs.Count(p => matching.Of(p).Count == 0);
    }

    private async Task TakeAsync(string phase, IReadOnlyList<Step> steps)
    {
        var isDone = false;
        foreach (var (step, i) in steps.Select((s, i) => (s, i)))
        {
            var isKill = step.Kind is StepKind.KillAtBoundary or StepKind.KillAtRandom;
            if (isKill && isDone)
            {
                continue;
            }

            var watch = Stopwatch.StartNew();
            var what = isKill ? await KillAsync(step) : await WithSecondAsync(step);
            Tell($"{phase} {i + 1}/{steps.Count}: {step}: {what}", watch);
        }

        async Task<string> KillAsync(Step step)
        {
            for (var tries = 1; ; tries++)
            {
                var (report, words) = await KilledAsync(step);
                if (report is null)
                {
                    return "killed" + Complaint(words);
                }

                // A run over a locked account ends early; after the top-up the next one has something to be killed in.
                await account.UnlockedAsync();
                if (tries == MostIdleRuns || !report.Errors.Contains("SpendingStopped"))
                {
                    isDone = report.HasThrown || report.Saved + report.Held == scene.Pairs.Count;
                    return $"ended before, {Sum(report, words)}";
                }
            }
        }
    }

    private async Task SettleAsync(string phase, Func<bool> isDone, TimeSpan pause, Action? idle)
    {
        for (int runs = 1, still = 0; runs <= MostCalmRuns && still < MostIdleRuns; runs++)
        {
            var before = (fal.Ledger().Requests.Count, scene.Results().Count());
            var watch = Stopwatch.StartNew();
            using var run = Start($"{phase}-calm", scene.Rows);
            var (report, words) = await EndAsync(run);
            Tell($"{phase} calm {runs}: {Sum(report, words)}", watch);

            if (report is { HasThrown: true })
            {
                Findings.Add($"The command threw: {string.Join(' ', report.Words)}");
                return;
            }

            // A run that was cut off did not look at everything.
            if (report is not null && isDone() && !report.Troubles.Any())
            {
                return;
            }

            var isIdle = before == (fal.Ledger().Requests.Count, scene.Results().Count());
            still = isIdle ? still + 1 : 0;
            if (isIdle && report is { Held: > 0 })
            {
                idle?.Invoke();
            }

            if (report is not { Held: 0 })
            {
                await Task.Delay(pause);
            }
        }

        Findings.Add($"The phase '{phase}' did not come to its end.");
    }

    private async Task<(RunReport? Report, string Words)> KilledAsync(Step step)
    {
        var activity = new Activity(fal);
        using var run = Start("kill", scene.Rows, ("CHAOS_SWITCH", step.Kind == StepKind.KillAtBoundary ? $"kill|{step.Boundary}|{step.Nth}" : null));
        if (step.Kind == StepKind.KillAtRandom && await activity.ComesToAsync(step.Hits, run.Worker))
        {
            await Task.Delay(step.Moment);
            run.Worker.Kill();
        }

        var end = await EndAsync(run);
        Trail.Killed += run.Worker.WasKilled ? 1 : 0;
        return end;
    }

    /// <summary>Two processes at once over a few of the pairs that come last; the second is stopped for a while. Both come to their end.</summary>
    private async Task<string> WithSecondAsync(Step step)
    {
        var size = Math.Min(scene.Pairs.Count, Math.Max(10, scene.Pairs.Count / 16));
        var rest = step.Kind == StepKind.SecondPaused ? scene.Pairs.SkipLast(size) : scene.Pairs;
        var rows = scene.Slice($"rows-{step.Kind}.csv", rest.TakeLast(size));
        var mark = scene.In($"stopped-{step.Kind}");
        var activity = new Activity(fal);
        using var first = Start("first", rows);
        using var second = Start("second", rows, ("CHAOS_BACKWARDS", "1"),
            ("CHAOS_SWITCH", step.Kind == StepKind.SecondPausedAtIntent ? $"pause|{step.Boundary}|{step.Nth}|{mark}" : null));
        var isStopped = step.Kind == StepKind.SecondPaused
            ? await activity.ComesToAsync(step.Hits, second.Worker)
            : await IsThereAsync(mark, second.Worker);
        if (isStopped)
        {
            // At a boundary it stops by itself; a second signal could come before its own and leave it stopped for good.
            if (step.Kind == StepKind.SecondPaused)
            {
                second.Worker.Stop();
            }

            Trail.Stopped++;
            await Task.Delay(step.Pause);
            second.Worker.Continue();
        }

        var ends = await Task.WhenAll(EndAsync(first), EndAsync(second));
        return $"{(isStopped ? "stopped" : "ended before")}; first {Sum(ends[0].Report, ends[0].Words)}; second {Sum(ends[1].Report, ends[1].Words)}";
    }

    private static async Task<bool> IsThereAsync(string mark, Worker worker)
    {
        while (!File.Exists(mark))
        {
            if (worker.HasExited)
            {
                return false;
            }

            await Task.Delay(20);
        }

        return true;
    }

    private Run Start(string name, string rows, params IEnumerable<(string Name, string? Value)> more)
    {
        Trail.Runs++;
        var report = scene.In($"runs/{Trail.Runs:000}-{name}.jsonl");
        Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        return new Run(report, new Worker(shell.Start(script,
        [
            ("CHAOS_MODULE", Built.Module), ("CHAOS_HOST", Built.Host), ("CHAOS_ROWS", rows), ("CHAOS_OUT", scene.Out), ("CHAOS_REPORT", report),
            ("CHAOS_THROTTLE", $"{options.Throttle}"), ("CHAOS_UNCONFIRMED", unconfirmed),
            ("FAL_KEY", "demo:demo"), ("KLINGLIPSYNC_HOME", scene.In("store")), ("KLINGLIPSYNC_ENDPOINT", fal.Url.ToString()),
            ("KLINGLIPSYNC_HORIZON_SECONDS", unconfirmed == Resubmit ? $"{options.Horizon.TotalSeconds:0}" : null),
            .. more,
        ])));
    }

    private async Task<(RunReport? Report, string Words)> EndAsync(Run run)
    {
        var words = "";
        try
        {
            words = await run.Worker.EndAsync();
            if (words.Length > 0)
            {
                await File.WriteAllTextAsync(Path.ChangeExtension(run.Report, ".txt"), words);
            }
        }
        catch (TimeoutException e)
        {
            Findings.Add(e.Message);
        }

        // A command that falls over by itself is a finding, even if the next one puts everything right.
        if (run.Worker is { Succeeded: false, WasKilled: false })
        {
            Findings.Add($"A run ended by itself with the exit code {run.Worker.ExitCode}.{Complaint(words)}");
        }

        return (run.Worker.Succeeded ? RunReport.Read(run.Report) : null, words);
    }

    private void Tell(string line, Stopwatch watch)
    {
        var (accepted, saved) = (fal.Ledger().Requests.Count, scene.Results().Count());
        Trail.Add(accepted, saved);
        log.WriteLine(FormattableString.Invariant($"  {line}; accepted {accepted}, files {saved}, {watch.Elapsed.TotalSeconds:0.0} s"));
    }

    private static string Sum(RunReport? report, string words) => report is null
        ? "cut off" + Complaint(words)
        : $"{report.Saved} saved, {report.Held} held{string.Concat(report.Troubles.GroupBy(e => e).Select(g => $", {g.Count()} {g.Key}"))}";

    /// <summary>The last line of what a process said that should have said nothing.</summary>
    private static string Complaint(string words) => words.Trim() is { Length: > 0 } text && !text.StartsWith('{') ? $" ({text.Split('\n')[^1].Trim()})" : "";

    private sealed record Run(string Report, Worker Worker) : IDisposable
    {
        public void Dispose() => Worker.Dispose();
    }
}
