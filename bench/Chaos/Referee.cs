using System.Security.Cryptography;
using System.Text;
using KlingLipSync.Emulator;

namespace KlingLipSync.Bench.Chaos;

/// <summary>Holds fal's ledger against the folder of results and, where there is one, against what the store says.</summary>
internal sealed class Referee
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Scene scene;
    private readonly Verdict verdict;
    private readonly LedgerMatch match;

    private Referee(Scene scene, Verdict verdict, LedgerSnapshot ledger)
    {
        this.scene = scene;
        this.verdict = verdict;
        match = new LedgerMatch(scene.Pairs, ledger);
    }

    /// <summary>The ledger once every accepted request has ended.</summary>
    public static async Task<LedgerSnapshot> FinalLedgerAsync(EmulatorServer fal)
    {
        for (var end = DateTime.UtcNow + Patience; ;)
        {
            var ledger = fal.Ledger();
            if (ledger.Requests.All(r => r.State == "COMPLETED") || DateTime.UtcNow > end)
            {
                return ledger;
            }

            await Task.Delay(100);
        }
    }

    /// <summary>The exactness of holding: unconfirmed are those pairs, and only those, that fal has not accepted.</summary>
    public static void CompareHeld(IReadOnlyList<Pair> pairs, LedgerSnapshot ledger, IReadOnlyList<JobLine> jobs, Verdict verdict)
    {
        var match = new LedgerMatch(pairs, ledger);
        var byPair = jobs.ToLookup(j => (j.Video, j.Audio));
        foreach (var pair in pairs)
        {
            var state = byPair[(pair.Video, pair.Audio)].FirstOrDefault()?.State;
            var isAccepted = match.Of(pair).Count > 0;
            if (state == "Unconfirmed" ? isAccepted : !isAccepted || state != "Saved")
            {
                verdict.Break(Rule.WronglyHeld, $"{pair.Name} is {state ?? "unknown"} and {(isAccepted ? "was" : "was not")} accepted");
            }
        }
    }

    /// <summary>All other rules.</summary>
    /// <param name="scene">The pairs and their files.</param>
    /// <param name="ledger">fal's side.</param>
    /// <param name="jobs">The store's side; null for a program without one.</param>
    /// <param name="verdict">Takes what was found.</param>
    public static void Compare(Scene scene, LedgerSnapshot ledger, IReadOnlyList<JobLine>? jobs, Verdict verdict)
    {
        var referee = new Referee(scene, verdict, ledger);
        referee.ComparePayments();
        referee.CompareFiles();
        if (jobs is not null)
        {
            referee.CompareJobs(jobs);
        }
    }

    private void ComparePayments()
    {
        foreach (var request in match.Strange)
        {
            verdict.Break(Rule.Other, $"request {request.RequestId} belongs to no pair: {request.Input}");
        }

        foreach (var pair in scene.Pairs)
        {
            var requests = match.Of(pair);
            if (requests.SkipLast(1).Any(r => !IsUnbilledFailure(r)))
            {
                verdict.Break(Rule.AcceptedTwice, $"{pair.Name}: {Describe(requests)}");
            }

            if (requests.Count(r => r.BilledSeconds > 0) > 1)
            {
                verdict.Break(Rule.PaidTwice, $"{pair.Name}: {Describe(requests)}");
            }
        }
    }

    private void CompareFiles()
    {
        var owners = scene.Pairs.SelectMany(p => match.Of(p).Where(r => r.OutputSha256 is not null).Select(r => (r.OutputSha256, p)))
            .ToDictionary(o => o.OutputSha256!, o => o.p);
        var whole = new HashSet<Pair>();
        foreach (var file in Directory.EnumerateFiles(scene.Out))
        {
            var name = Path.GetFileName(file);
            if (Scene.IsPartial(file))
            {
                verdict.Break(Rule.LeftPartial, name);
            }
            else if (!owners.TryGetValue(Hash(file), out var pair))
            {
                verdict.Break(Rule.Torn, $"{name} is no output of fal's");
            }
            else if (name != pair.OutputName)
            {
                verdict.Break(Rule.WronglyNamed, $"{name} holds the output of {pair.Name}");
            }
            else
            {
                whole.Add(pair);
            }
        }

        foreach (var pair in scene.Pairs.Where(p => !whole.Contains(p)))
        {
            verdict.Break(Rule.NotSaved, pair.Name);
            if (match.Of(pair).Any(r => r.BilledSeconds > 0))
            {
                verdict.Break(Rule.Lost, $"{pair.Name}: {Describe(match.Of(pair))}");
            }
        }
    }

    private void CompareJobs(IReadOnlyList<JobLine> jobs)
    {
        var byPair = jobs.ToLookup(j => (j.Video, j.Audio));
        foreach (var pair in scene.Pairs)
        {
            var own = byPair[(pair.Video, pair.Audio)].ToList();
            if (own is not [var job])
            {
                verdict.Break(Rule.Other, $"{pair.Name} has {own.Count} jobs in the store");
                continue;
            }

            if (job.State != "Saved")
            {
                verdict.Break(Rule.NotSaved, $"{pair.Name} is {job.State}: {job.ErrorMessage}");
                continue;
            }

            CompareJob(pair, job);
        }
    }

    private void CompareJob(Pair pair, JobLine job)
    {
        var request = match.Of(pair).FirstOrDefault(r => r.RequestId == job.RequestId);
        if (request is null || !File.Exists(job.OutputPath) || !EndsWith(job.OutputPath, job.RequestId!) || Hash(job.OutputPath) != request.OutputSha256)
        {
            verdict.Break(Rule.WrongRequest, $"{pair.Name}: job {job.Id} names {job.RequestId}");
            return;
        }

        // A URL's length is not known here; what fal says about the units is all there is.
        var isKnown = pair.IsUrl || (job.QuotedCost is not null && job.BilledSeconds is not null);
        if (!isKnown || (job.QuotedCost ?? request.AmountUsd) != request.AmountUsd || (job.BilledSeconds ?? request.BilledSeconds) != request.BilledSeconds
            || job.BillableUnits != request.BilledSeconds || request.BilledSeconds != pair.BilledSeconds)
        {
            verdict.Break(Rule.WronglyPriced,
                $"{pair.Name}: job {job.Id} says {job.QuotedCost} USD, {job.BilledSeconds} s, {job.BillableUnits} units; fal billed {request.AmountUsd} USD, {request.BilledSeconds} s");
        }
    }

    private static bool IsUnbilledFailure(LedgerRequest request) => request.BilledSeconds == 0 && request.StatusCode >= 400;

    /// <summary>The emulator ends each output with a box that holds the request's id.</summary>
    private static bool EndsWith(string file, string requestId) => File.ReadAllBytes(file).AsSpan().EndsWith(Encoding.ASCII.GetBytes(requestId));

    private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private static string Describe(IEnumerable<LedgerRequest> requests) =>
        string.Join(", ", requests.Select(r => FormattableString.Invariant($"{r.RequestId} {r.ReceivedAt:HH:mm:ss.fff} {r.StatusCode} {r.BilledSeconds} s")));
}
