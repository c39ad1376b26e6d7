using System.Collections.Concurrent;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs;

/// <summary>What a batch knows of its unconfirmed jobs: what fal's history said of them, and what is to be done about it.</summary>
internal sealed class HeldJobs(LipSyncSession session, LipSyncUnconfirmedAction action)
{
    private readonly ConcurrentDictionary<PlannedPair, byte> postedHere = new(ReferenceEqualityComparer.Instance);
    private volatile Task<SettlementReport> look = Task.FromResult(SettlementReport.Nothing);
    private volatile bool isFresh = true;

    /// <summary>Begins to look into fal's history, if anything is in doubt.</summary>
    public void Look(CancellationToken ct)
    {
        if (session.Store.HasDoubts(session.BudgetScope))
        {
            look = LookAsync(ct);
        }
    }

    /// <summary>Looks once more after the first round: what was accepted in it may be listed by now, and proves that the list is complete.</summary>
    public async Task LookAgainAsync(CancellationToken ct)
    {
        var report = await look.ConfigureAwait(false);
        if (!isFresh || !report.IsWhole)
        {
            Look(ct);
            await LookedAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the look that is under way.</summary>
    public Task LookedAsync() => look;

    /// <summary>A request of this batch goes out.</summary>
    public void Posting(PlannedPair pair)
    {
        isFresh = false;
        postedHere.TryAdd(pair, 0);
    }

    /// <summary>Whether this batch sent the pair's request, so that what it costs is this batch's. The same pair under another name has not sent it.</summary>
    public bool WasPostedHere(PlannedPair pair) => postedHere.ContainsKey(pair);

    /// <summary>Waits for the look. True when the job is no longer held: it was found, or is proven absent and is to be sent again.</summary>
    public async Task<bool> FreeAsync(LipSyncJob job, CancellationToken ct)
    {
        var report = await look.WaitAsync(ct).ConfigureAwait(false);
        return (action == LipSyncUnconfirmedAction.Resubmit && report.Absent.FirstOrDefault(d => d.JobId == job.Id) is { } absent && session.Store.WriteAbsent(absent))
            || session.Store.Find(job.Id) is { State: not LipSyncJobState.Unconfirmed };
    }

    /// <summary>The error about a job that stays held.</summary>
    public LipSyncException Error(LipSyncJob job)
    {
        var why = look is { IsCompletedSuccessfully: true, Result: var report } && report.Open.TryGetValue(job.Id, out var reason) ? " " + reason : "";
        return new LipSyncException(LipSyncError.SubmitUnconfirmed,
            $"Job {job.Id} was sent and fal's answer was lost: it may be running and billed. {job.ErrorMessage}{why} It is held and not sent again.");
    }

    private async Task<SettlementReport> LookAsync(CancellationToken ct)
    {
        try
        {
            return await new Settlement(session).LookAsync(ct).ConfigureAwait(false);
        }
        catch (LipSyncException)
        {
            // A store that fails now is told of by the jobs that need it; what is in doubt stays so.
            return SettlementReport.Nothing with { IsWhole = false };
        }
    }
}
