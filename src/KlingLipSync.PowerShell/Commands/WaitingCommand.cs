using System.Management.Automation;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>What the commands share that follow jobs until they end: all of them at once, whatever became of them before.</summary>
public abstract class WaitingCommand : JobCommand
{
    private readonly List<LipSyncJob> collected = [];

    /// <summary>How long to wait at most. A bare number means seconds. Default: 60 minutes. The jobs go on at fal.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [TimeSpanSeconds]
    [ValidateTimeSpan(0)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>Ask for the runners' logs as well: verbose lines, and on the objects.</summary>
    [Parameter]
    public SwitchParameter IncludeLog { get; set; }

    /// <summary>Collects the jobs.</summary>
    protected override void ProcessRecord() => collected.AddRange(Known());

    /// <summary>Follows all of them at once.</summary>
    protected override void EndProcessing()
    {
        var open = new List<LipSyncJob>();
        foreach (var job in Settled(collected.DistinctBy(j => j.Id).ToList()))
        {
            if (job.State != LipSyncJobState.Queued)
            {
                // Ended, or nothing that waiting could change: an unsent or unconfirmed job says so by its state.
                Ended(job);
                if (OneIsEnough)
                {
                    return;
                }
            }
            else if (CanAsk(job))
            {
                open.Add(job);
            }
        }

        if (open.Count > 0)
        {
            Follow(open);
        }
    }

    /// <summary>Whether the first job that has ended is the last one wanted.</summary>
    private protected virtual bool OneIsEnough => false;

    /// <summary>Follows accepted jobs until they have ended. On the pipeline thread.</summary>
    private protected abstract void Follow(IReadOnlyList<LipSyncJob> open);

    /// <summary>Takes a job that goes no further by itself. On the pipeline thread.</summary>
    private protected abstract void Ended(LipSyncJob job);

    /// <summary>Waits for the jobs, in the background; what it posts is to be drained.</summary>
    /// <param name="open">Accepted jobs.</param>
    /// <param name="seen">Told, on any thread, each time fal is heard.</param>
    private protected void StartWaiting(IReadOnlyList<LipSyncJob> open, Action<LipSyncJob> seen) => Start(async ct =>
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timeout = new CancellationTokenSource(Deadlines.Clamp(Timeout), Session.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, timeout.Token);
        var waiter = new JobWaiter(Session, logged: IncludeLog ? Say : null);
        await Task.WhenAll(open.Select(async job =>
        {
            try
            {
                var ended = await waiter.WaitAsync(job, seen, either.Token).ConfigureAwait(false);
                Post(() => Ended(ended));
                if (OneIsEnough)
                {
                    await enough.CancelAsync().ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                if (!enough.IsCancellationRequested)
                {
                    Post(() => WriteFailure(new LipSyncException(LipSyncError.WaitTimeout,
                        $"Job {job.Id} (request {job.RequestId}) did not end within {Timeout.TotalSeconds:0.###} s. It goes on at fal."), job));
                }
            }
        })).ConfigureAwait(false);
    });

    private void Say(LipSyncJob job, LipSyncLogLine line) => Post(() => WriteVerbose($"{job.Id} {line}"));

    /// <summary>The jobs after a look into fal's history, if any of them needs one.</summary>
    private List<LipSyncJob> Settled(List<LipSyncJob> jobs)
    {
        if (jobs.Exists(j => j.State is LipSyncJobState.Unconfirmed or LipSyncJobState.Submitting && Session.CanAsk(j)))
        {
            Start(ct => new Settlement(Session).RefreshAsync(jobs, ct));
            DrainToEnd();
            WarnOfSecondPayments();
        }

        return jobs;
    }
}
