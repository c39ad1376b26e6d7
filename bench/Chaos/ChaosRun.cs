using System.Diagnostics;
using KlingLipSync.Emulator;

namespace KlingLipSync.Bench.Chaos;

/// <summary>One run of the harness from an empty folder to its verdict.</summary>
public static class ChaosRun
{
    /// <summary>Puts the module to it. The working folder goes when nothing was found.</summary>
    /// <param name="options">What is to be done.</param>
    /// <param name="log">Takes a line for each run of the command.</param>
    public static async Task<Verdict> ModuleAsync(ChaosOptions options, TextWriter log)
    {
        var shell = Shell.Find(options.Shell);
        var plan = KillPlan.Draw(options);
        return await InFolderAsync(options, log, $"the module in {shell.Name}", isKept: true, async (scene, fal, account, watch) =>
        {
            var campaign = new Campaign(options, scene, fal, account, shell, log);
            await campaign.HoldAsync(plan.Hold);
            var (heldLedger, held) = (await Referee.FinalLedgerAsync(fal), await campaign.JobsAsync());
            var heldPairs = scene.Pairs.ToList();

            await campaign.ResubmitAsync(plan.Resubmit);
            var (ledger, jobs) = (await Referee.FinalLedgerAsync(fal), await campaign.JobsAsync());
            var verdict = Judge(scene, ledger, campaign.Trail, campaign.Further, watch.Elapsed);
            Referee.CompareHeld(heldPairs, heldLedger, held, verdict);
            Referee.Compare(scene, ledger, jobs, verdict);
            campaign.Findings.ForEach(words => verdict.Break(Rule.Other, words));
            return verdict;
        });
    }

    /// <summary>Puts the rival to it.</summary>
    /// <param name="options">What is to be done.</param>
    /// <param name="log">Takes a line for each of its runs.</param>
    internal static Task<Verdict> RivalAsync(ChaosOptions options, TextWriter log) =>
        InFolderAsync(options, log, Node.Client, isKept: false, async (scene, fal, account, watch) =>
        {
            var campaign = new RivalCampaign(options, scene, fal, account, log);
            await campaign.RunAsync(KillPlan.Draw(options).AtRandom(options.Seed, options.Jobs));
            var ledger = await Referee.FinalLedgerAsync(fal);
            var verdict = Judge(scene, ledger, campaign.Trail, further: 0, watch.Elapsed);
            Referee.Compare(scene, ledger, jobs: null, verdict);
            campaign.Findings.ForEach(words => verdict.Break(Rule.Other, words));
            return verdict;
        });

    private static Verdict Judge(Scene scene, LedgerSnapshot ledger, Trail trail, int further, TimeSpan took) => new()
    {
        Pairs = scene.Pairs.Count,
        Further = further,
        Accepted = ledger.Requests.Count,
        Billed = ledger.AmountUsd,
        Price = scene.Pairs.Sum(p => p.Price),
        Runs = trail.Runs,
        Killed = trail.Killed,
        Stopped = trail.Stopped,
        Took = took,
        Trail = trail,
    };

    /// <summary>Makes the scene and the emulator, and keeps the folder where something was found.</summary>
    private static async Task<Verdict> InFolderAsync(
        ChaosOptions options, TextWriter log, string who, bool isKept, Func<Scene, EmulatorServer, Account, Stopwatch, Task<Verdict>> work)
    {
        var folder = options.Folder is { } parent
            ? Directory.CreateDirectory(Path.Combine(parent, $"chaos-{options.Seed}-{ChaosOptions.Name(options.Scenario)}-{Path.GetRandomFileName()[..6]}"))
            : Directory.CreateTempSubdirectory("klinglipsync-chaos-");
        await log.WriteLineAsync($"{who}: seed {options.Seed}, {ChaosOptions.Name(options.Scenario)}, {options.Jobs} jobs, {options.Faults:P0} faults; working in {folder.FullName}");
        var scene = new Scene(folder.FullName, options.Seed, options.Jobs);
        await using var fal = await EmulatorServer.StartAsync(new EmulatorOptions
        {
            QueueTime = TimeSpan.FromMilliseconds(30),
            RunTime = TimeSpan.FromMilliseconds(80),
            Concurrency = 40,
            HistoryLag = options.HistoryLag,
            UseFfmpeg = false,
        });
        fal.AddFaults(FaultPlanner.Plan(options.Seed, options.Faults));
        using var ended = new CancellationTokenSource();
        var account = new Account(options, fal, log);
        var locking = account.LockMidwayAsync(ended.Token);
        Verdict verdict;
        try
        {
            verdict = await work(scene, fal, account, Stopwatch.StartNew());
        }
        finally
        {
            await ended.CancelAsync();
            await locking;
        }

        // What the rival does is no fault to be looked into here.
        if (verdict.IsClean || !isKept)
        {
            folder.Delete(recursive: true);
        }
        else
        {
            await File.WriteAllLinesAsync(scene.In("findings.txt"), [.. verdict.Findings, options.Replay]);
        }

        return verdict;
    }
}
