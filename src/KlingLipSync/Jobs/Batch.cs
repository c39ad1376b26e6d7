using System.Collections.Concurrent;
using System.Threading.Channels;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs;

/// <summary>
/// Takes planned pairs to their files, a bounded number at a time. What has to be collected soonest comes first; what another
/// run has in hand, or fal's history may still settle, comes last.
/// </summary>
internal sealed class Batch
{
    private readonly LipSyncSession session;
    private readonly BatchOptions options;
    private readonly SpendingBreaker breaker = new();
    private readonly HeldJobs held;
    private readonly PairWork work;
    private readonly Channel<BatchOutcome> outcomes = Channel.CreateUnbounded<BatchOutcome>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<PlannedPair, ActiveJob> active = new(ReferenceEqualityComparer.Instance);

    public Batch(LipSyncSession session, BatchOptions options, Run run)
    {
        this.session = session;
        this.options = options;
        held = new HeldJobs(session, options.OnUnconfirmed);
        work = new PairWork(session, options, run, breaker, held);
    }

    /// <summary>Outcomes as they come; completes when all pairs have one, or the batch was cancelled.</summary>
    public ChannelReader<BatchOutcome> Outcomes => outcomes.Reader;

    /// <summary>The pairs being worked on now, for progress.</summary>
    public IEnumerable<ActiveJob> Active => active.Values;

    /// <summary>Why spending was stopped; null while it was not.</summary>
    public LipSyncException? Stopped => breaker.Reason;

    /// <summary>Whether anything went out before spending was stopped; false where the first question to fal already failed.</summary>
    public bool HasBegun => work.HasBegun;

    /// <summary>Works until every pair has its outcome. Cancelling it leaves accepted jobs running at fal and in the store.</summary>
    public async Task RunAsync(IReadOnlyList<PlannedPair> pairs, CancellationToken ct)
    {
        try
        {
            held.Look(ct);
            var postponed = await RoundAsync(InOrder(pairs), isLast: false, ct).ConfigureAwait(false);
            if (postponed.Count > 0)
            {
                await held.LookAgainAsync(ct).ConfigureAwait(false);
                await RoundAsync(postponed, isLast: true, ct).ConfigureAwait(false);
            }

            await held.LookedAsync().ConfigureAwait(false);
        }
        finally
        {
            outcomes.Writer.Complete();
        }
    }

    /// <returns>The pairs that are to be tried again in the last round.</returns>
    private async Task<IReadOnlyList<PlannedPair>> RoundAsync(IReadOnlyList<PlannedPair> pairs, bool isLast, CancellationToken ct)
    {
        var postponed = new ConcurrentQueue<PlannedPair>();
        var limit = new ParallelOptions { MaxDegreeOfParallelism = options.ThrottleLimit, CancellationToken = ct };
        await Parallel.ForEachAsync(pairs, limit, async (pair, token) =>
        {
            var progress = active[pair] = new ActiveJob(pair.Video.ToString());
            try
            {
                if (await work.DoAsync(pair, progress, isLast, token).ConfigureAwait(false) is { } outcome)
                {
                    outcomes.Writer.TryWrite(outcome);
                }
                else
                {
                    postponed.Enqueue(pair);
                }
            }
            finally
            {
                active.TryRemove(pair, out _);
            }
        }).ConfigureAwait(false);
        return [.. postponed];
    }

    /// <summary>Pairs whose results wait at fal before all others, the nearest deadline first; the others as they came.</summary>
    private IReadOnlyList<PlannedPair> InOrder(IReadOnlyList<PlannedPair> pairs)
    {
        var deadlines = session.Store.Deadlines(session.BudgetScope);
        return deadlines.Count == 0
            ? pairs
            : [.. pairs.OrderBy(p => work.KnownIdentity(p) is { } pair && deadlines.TryGetValue(pair.Key, out var limit) ? limit : DateTimeOffset.MaxValue)];
    }
}
