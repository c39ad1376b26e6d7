using System.Diagnostics;
using KlingLipSync.Emulator;

namespace KlingLipSync.Bench.Chaos;

/// <summary>The same for a careful script on fal's own JavaScript client: run again and again, killed as often, until its results are there.</summary>
internal sealed class RivalCampaign(ChaosOptions options, Scene scene, EmulatorServer fal, Account account, TextWriter log)
{
    private const int MostCalmRuns = 30;

    public Trail Trail { get; } = new();

    public List<string> Findings { get; } = [];

    public async Task RunAsync(IReadOnlyList<Step> kills)
    {
        foreach (var (kill, i) in kills.Select((k, i) => (k, i)))
        {
            await account.UnlockedAsync();
            if (await OnceAsync($"rival {i + 1}/{kills.Count}: {kill}", kill))
            {
                return;
            }
        }

        for (var runs = 1; runs <= MostCalmRuns; runs++)
        {
            if (await OnceAsync($"rival calm {runs}", kill: null))
            {
                return;
            }
        }

        Findings.Add("The rival did not come to its end.");
    }

    /// <returns>Whether it says that everything is there.</returns>
    private async Task<bool> OnceAsync(string what, Step? kill)
    {
        var watch = Stopwatch.StartNew();
        var activity = new Activity(fal);
        Trail.Runs++;
        using var worker = new Worker(new ProcessStartInfo("node",
        [
            "batch.mjs", fal.Url.ToString().TrimEnd('/'), "demo:demo", scene.Rows, scene.Out, scene.In("state.json"), $"{options.Throttle}",
        ]) { WorkingDirectory = Node.Folder });
        var isKilled = kill is not null && await activity.ComesToAsync(kill.Hits, worker);
        if (isKilled)
        {
            await Task.Delay(kill!.Moment);
            worker.Kill();
            Trail.Killed++;
        }

        var words = "";
        try
        {
            words = await worker.EndAsync();
        }
        catch (TimeoutException e)
        {
            Findings.Add(e.Message);
        }

        var (accepted, saved) = (fal.Ledger().Requests.Count, scene.Results().Count());
        Trail.Add(accepted, saved);
        log.WriteLine(FormattableString.Invariant(
            $"  {what}: {(isKilled ? "killed" : words.Trim().Split('\n')[^1])}; accepted {accepted}, files {saved}, {watch.Elapsed.TotalSeconds:0.0} s"));
        return worker.Succeeded;
    }
}
