using KlingLipSync.Jobs.Pairs;

namespace KlingLipSync.Jobs;

/// <summary>The second half of a pair's way, from fal's acceptance to the file.</summary>
internal sealed class PairFinishing(LipSyncSession session, BatchOptions options, SpendingBreaker breaker, ResultSaver saver, Lanes lanes)
{
    /// <summary>How long an ended job is looked at that is past its waiting time: the rules of bad news ask for a minute.</summary>
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(75);

    private readonly JobWaiter waiter = new(session, e => breaker.Heed(e), options.Logged);

    /// <summary>Waits for an accepted job and saves its result, as far as that is asked for.</summary>
    /// <exception cref="LipSyncException">It ended without a result, did not end in time, or the result cannot be saved.</exception>
    public async Task<LipSyncJob> FinishAsync(PlannedPair pair, LipSyncJob job, ActiveJob progress, CancellationToken ct)
    {
        var reused = job.Reused;
        if (job.State == LipSyncJobState.Queued && !options.NoWait)
        {
            progress.Show(job);
            job = await WaitAsync(job, progress, ct).ConfigureAwait(false);
        }

        if (job.State is not (LipSyncJobState.Queued or LipSyncJobState.Completed or LipSyncJobState.Saved))
        {
            throw PairEnd.Error(job);
        }

        if (pair.Target is { } target && job.State is LipSyncJobState.Completed or LipSyncJobState.Saved)
        {
            progress.StartDownload(job);
            var completed = job;
            job = await lanes.Downloads.RunAsync(job.CollectBefore,
                () => saver.SaveAsync(completed, target.PathFor(completed, pair), target.Overwrite, progress.Received, ct), ct).ConfigureAwait(false);
        }

        return PairEnd.As(pair, job with { Reused = reused, Log = progress.Log });
    }

    private async Task<LipSyncJob> WaitAsync(LipSyncJob job, ActiveJob progress, CancellationToken ct)
    {
        var left = options.Timeout - (session.Time.GetUtcNow() - (job.SubmittedAt ?? job.CreatedAt));
        if (left <= TimeSpan.Zero && await waiter.LookAsync(job, SettlingTime, ct).ConfigureAwait(false) is { IsEnded: true } ended)
        {
            // A job of yesterday is past its time to be waited for, and its result may well be there.
            return ended;
        }

        using var timeout = new CancellationTokenSource(Deadlines.Clamp(left), session.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            return await waiter.WaitAsync(job, progress.Show, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            var fate = options.StopOnTimeout ? await CancelAsync(job, ct).ConfigureAwait(false) : "It goes on at fal.";
            throw new LipSyncException(LipSyncError.WaitTimeout,
                $"Job {job.Id} (request {job.RequestId}) did not end within {options.Timeout.TotalSeconds:0.###} s of its acceptance. {fate}");
        }
    }

    private async Task<string> CancelAsync(LipSyncJob job, CancellationToken ct)
    {
        try
        {
            return (await new JobCanceller(session).CancelAsync(job, ct).ConfigureAwait(false)).CancelOutcome switch
            {
                LipSyncCancelOutcome.Removed => "It was removed from fal's queue before it ran, and is not billed.",
                LipSyncCancelOutcome.Requested => "It was running: fal was asked to stop it, and may bill it.",
                LipSyncCancelOutcome.TooLate => "It had ended at fal before it could be cancelled.",
                _ => "fal does not know it, so that nothing was cancelled.",
            };
        }
        catch (LipSyncException e)
        {
            return $"It could not be cancelled: {e.Message}";
        }
    }
}
