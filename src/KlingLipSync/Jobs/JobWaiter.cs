using KlingLipSync.Fal;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs;

/// <summary>Follows accepted jobs at fal until they end. Costs nothing and may be repeated by anyone.</summary>
/// <param name="session">The session.</param>
/// <param name="told">Told of failures that say nothing about the job, but perhaps about the key.</param>
internal sealed class JobWaiter(LipSyncSession session, Action<FalException>? told = null)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500), LongestPause = TimeSpan.FromSeconds(5);

    private readonly JobEnding ending = new(session);

    /// <summary>One look: the job as fal shows it now, its end stored if it has one. Queued and Running are only observed.</summary>
    /// <param name="job">Any job; one that is not open, or not this session's to ask about, is returned as it is.</param>
    /// <param name="patience">How long to look again while fal says that the job has ended, or that it knows none, and the rest of its answers do not settle it.</param>
    /// <param name="ct">Ends the looking, not the job.</param>
    /// <exception cref="LipSyncException">fal did not answer, or denies the job.</exception>
    public async Task<LipSyncJob> LookAsync(LipSyncJob job, TimeSpan patience, CancellationToken ct)
    {
        if (job.State != LipSyncJobState.Queued || job.Address is null || !session.CanAsk(job))
        {
            return job;
        }

        var news = new BadNews(session.Time);
        for (var started = session.Time.GetTimestamp(); ; await Task.Delay(LongestPause, session.Time, ct).ConfigureAwait(false))
        {
            FalException? failure = null;
            try
            {
                var status = await session.Fal.GetStatusAsync(job.Address.Status, ct).ConfigureAwait(false);
                if (status.Kind != FalStatusKind.Completed)
                {
                    return Observed(job, status);
                }

                if (await ending.CollectAsync(job, status.InferenceTime, news, ct).ConfigureAwait(false) is { } ended)
                {
                    return ended;
                }
            }
            catch (FalException e) when (e.Kind == FalFailureKind.NotFound)
            {
                if (await ending.DoubtAsync(job, news, ct).ConfigureAwait(false) is { } lost)
                {
                    return lost;
                }

                failure = e;
            }
            catch (FalException e)
            {
                throw e.ToLipSync();
            }

            if (session.Time.GetElapsedTime(started) >= patience)
            {
                return failure is null ? job : throw failure.ToLipSync();
            }
        }
    }

    /// <summary>Waits until the job has ended, however it ends.</summary>
    /// <param name="job">An accepted job.</param>
    /// <param name="seen">Told each time fal is heard, with the job as observed.</param>
    /// <param name="ct">Ends the waiting, not the job.</param>
    public async Task<LipSyncJob> WaitAsync(LipSyncJob job, Action<LipSyncJob>? seen, CancellationToken ct)
    {
        var news = new BadNews(session.Time);
        var last = await FollowStreamAsync(job, seen, ct).ConfigureAwait(false);
        for (var pause = FirstPause; ; pause = Longer(pause), last = null)
        {
            // Another process may have seen the end first; its row is the truth.
            if (await CollectOrLookAsync(job, last, news, seen, ct).ConfigureAwait(false) is { } now)
            {
                if (now.State is not (LipSyncJobState.Queued or LipSyncJobState.Running))
                {
                    return now;
                }

                if (now.Attempt != job.Attempt && now.Address is not null)
                {
                    // And it may have sent the pair again: what fal says of the first request is no news of the second.
                    (job, news) = (now, new BadNews(session.Time));
                }
            }

            await Task.Delay(pause * (0.75 + (session.Random() / 2)), session.Time, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Follows fal's status stream. Returns its COMPLETED, or null when the stream is no help.</summary>
    private async Task<FalStatus?> FollowStreamAsync(LipSyncJob job, Action<LipSyncJob>? seen, CancellationToken ct)
    {
        try
        {
            await foreach (var status in session.Fal.StreamStatusAsync(job.Address!.Status, ct).ConfigureAwait(false))
            {
                seen?.Invoke(Observed(job, status));
                if (status.Kind == FalStatusKind.Completed)
                {
                    return status;
                }
            }
        }
        catch (FalException)
        {
            // Polling then; a stream's failure never says anything about the job.
        }

        return null;
    }

    private async Task<LipSyncJob?> CollectOrLookAsync(LipSyncJob job, FalStatus? completed, BadNews news, Action<LipSyncJob>? seen, CancellationToken ct)
    {
        try
        {
            if (completed is null)
            {
                completed = await session.Fal.GetStatusAsync(job.Address!.Status, ct).ConfigureAwait(false);
                seen?.Invoke(Observed(job, completed));
                if (completed.Kind != FalStatusKind.Completed)
                {
                    news.Known();
                    return session.Store.FindAgain(job);
                }
            }

            return await ending.CollectAsync(job, completed.InferenceTime, news, ct).ConfigureAwait(false);
        }
        catch (FalException e) when (e.Kind == FalFailureKind.NotFound)
        {
            return await ending.DoubtAsync(job, news, ct).ConfigureAwait(false);
        }
        catch (FalException e)
        {
            told?.Invoke(e);

            // 401, 403, 429, 5xx, a broken line: none of them ends a job that fal has accepted.
            return null;
        }
    }

    private static LipSyncJob Observed(LipSyncJob job, FalStatus status) => job with
    {
        State = status.Kind == FalStatusKind.Running ? LipSyncJobState.Running : LipSyncJobState.Queued,
        QueuePosition = status.QueuePosition,
    };

    private static TimeSpan Longer(TimeSpan pause) => pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
}
