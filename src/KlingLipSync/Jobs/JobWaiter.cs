using KlingLipSync.Fal;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Jobs.Waiting;

namespace KlingLipSync.Jobs;

/// <summary>Follows accepted jobs at fal until they end. Costs nothing and may be repeated by anyone.</summary>
/// <param name="session">The session.</param>
/// <param name="told">Told of failures that say nothing about the job, but perhaps about the key.</param>
/// <param name="logged">Told each line of the runners' logs; null when they are not asked for.</param>
internal sealed class JobWaiter(LipSyncSession session, Action<FalException>? told = null, Action<LipSyncJob, LipSyncLogLine>? logged = null)
{
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a stream that tells nothing is believed: it may hang behind a gateway that keeps it alive, and fal forgets a result of
    /// 10 KB in six minutes.
    /// </summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

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
        for (var started = session.Time.GetTimestamp(); ; await Task.Delay(LookPause, session.Time, ct).ConfigureAwait(false))
        {
            FalException? failure = null;
            try
            {
                var status = await session.Fal.GetStatusAsync(job.Address.Status, ct).ConfigureAwait(false);
                if (status.Kind != FalStatusKind.Completed)
                {
                    return WaitingJob.Observed(job, status);
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
        var waiting = new WaitingJob(session, job, seen, logged);
        for (var pause = TimeSpan.Zero; ; pause = waiting.Pause)
        {
            // Another process may have seen the end first; its row is the truth.
            if (await CollectOrLookAsync(waiting, pause, ct).ConfigureAwait(false) is { } now)
            {
                if (now.State is not (LipSyncJobState.Queued or LipSyncJobState.Running))
                {
                    return now with { Log = waiting.Log };
                }

                if (now.Attempt != waiting.Job.Attempt && now.Address is not null)
                {
                    waiting.Restart(now);
                }
            }
        }
    }

    private async Task<LipSyncJob?> CollectOrLookAsync(WaitingJob waiting, TimeSpan pause, CancellationToken ct)
    {
        try
        {
            var isStreamed = waiting.MayStream && session.Streams.TryOpen();
            var completed = isStreamed ? await FollowStreamAsync(waiting, ct).ConfigureAwait(false) : null;
            if (completed is null)
            {
                completed = await session.Polls.AskAsync(waiting.StatusUrl, isStreamed ? TimeSpan.Zero : pause, ct).ConfigureAwait(false);
                waiting.Hear(completed, isIncrement: false);
                waiting.HasLeftStream = isStreamed;
                if (completed.Kind != FalStatusKind.Completed)
                {
                    return session.Store.FindAgain(waiting.Job);
                }
            }

            var ended = await ending.CollectAsync(waiting.Job, completed.InferenceTime, waiting.News, ct).ConfigureAwait(false);
            if (ended is null)
            {
                waiting.Miss();
            }

            return ended;
        }
        catch (FalException e) when (e.Kind == FalFailureKind.NotFound)
        {
            waiting.Miss();
            return await ending.DoubtAsync(waiting.Job, waiting.News, ct).ConfigureAwait(false);
        }
        catch (FalException e)
        {
            waiting.Miss(e);
            told?.Invoke(e);

            // 401, 403, 429, 5xx, a broken line: none of them ends a job that fal has accepted.
            return null;
        }
    }

    /// <summary>Follows fal's status stream. Returns its COMPLETED, or null when the stream is no help.</summary>
    private async Task<FalStatus?> FollowStreamAsync(WaitingJob waiting, CancellationToken ct)
    {
        // What it begins with may have been told before it.
        var (opened, end, isIncrement) = (session.Time.GetTimestamp(), StreamEnd.Cut, false);
        using var silence = new CancellationTokenSource(LongestSilence, session.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, silence.Token);
        try
        {
            await foreach (var status in session.Fal.StreamStatusAsync(waiting.StatusUrl, either.Token).ConfigureAwait(false))
            {
                silence.CancelAfter(LongestSilence);
                waiting.Hear(status, isIncrement);
                isIncrement |= status.Log.Count > 0;
                if (status.Kind == FalStatusKind.Completed)
                {
                    end = StreamEnd.Whole;
                    return status;
                }
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            end = StreamEnd.Left;
            ct.ThrowIfCancellationRequested();
        }
        catch (FalException e)
        {
            // Polling then; a stream's failure never says anything about the job.
            if (e.Kind == FalFailureKind.RateLimited)
            {
                session.Polls.Hold(e.RetryAfter, opened);
            }

            end = e.Status is null ? StreamEnd.Cut : StreamEnd.Refused;
        }
        finally
        {
            session.Streams.Close(opened, end);
        }

        return null;
    }
}
