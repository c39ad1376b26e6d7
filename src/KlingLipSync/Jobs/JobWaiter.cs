using KlingLipSync.Fal;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs;

/// <summary>Follows accepted jobs at fal until they end. Costs nothing and may be repeated by anyone.</summary>
/// <param name="session">The session.</param>
/// <param name="told">Told of failures that say nothing about the job, but perhaps about the key.</param>
internal sealed class JobWaiter(LipSyncSession session, Action<FalException>? told = null)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500), LongestPause = TimeSpan.FromSeconds(5);

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

        var doubts = new Doubts(session.Time);
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

                if (await CollectAsync(job, status.InferenceTime, doubts, ct).ConfigureAwait(false) is { } ended)
                {
                    return ended;
                }
            }
            catch (FalException e) when (e.Kind == FalFailureKind.NotFound)
            {
                if (await DoubtAsync(job, doubts, ct).ConfigureAwait(false) is { } lost)
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
        var doubts = new Doubts(session.Time);
        var last = await FollowStreamAsync(job, seen, ct).ConfigureAwait(false);
        for (var pause = FirstPause; ; pause = Longer(pause), last = null)
        {
            // Another process may have seen the end first; its row is the truth.
            if (await CollectOrLookAsync(job, last, doubts, seen, ct).ConfigureAwait(false) is { State: not (LipSyncJobState.Queued or LipSyncJobState.Running) } ended)
            {
                return ended;
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

    private async Task<LipSyncJob?> CollectOrLookAsync(LipSyncJob job, FalStatus? completed, Doubts doubts, Action<LipSyncJob>? seen, CancellationToken ct)
    {
        try
        {
            if (completed is null)
            {
                completed = await session.Fal.GetStatusAsync(job.Address!.Status, ct).ConfigureAwait(false);
                seen?.Invoke(Observed(job, completed));
                if (completed.Kind != FalStatusKind.Completed)
                {
                    doubts.Known();
                    return session.Store.Find(job.Id);
                }
            }

            return await CollectAsync(job, completed.InferenceTime, doubts, ct).ConfigureAwait(false);
        }
        catch (FalException e) when (e.Kind == FalFailureKind.NotFound)
        {
            return await DoubtAsync(job, doubts, ct).ConfigureAwait(false);
        }
        catch (FalException e)
        {
            told?.Invoke(e);

            // 401, 403, 429, 5xx, a broken line: none of them ends a job that fal has accepted.
            return null;
        }
    }

    /// <summary>Reads the result and stores what it proves; null when it proves nothing yet.</summary>
    private async Task<LipSyncJob?> CollectAsync(LipSyncJob job, TimeSpan? inference, Doubts doubts, CancellationToken ct)
    {
        var result = await session.Fal.GetResultAsync(job.Address!.Response, ct).ConfigureAwait(false);
        if (result is null)
        {
            return null;
        }

        // The cancel's outcome may have been written since this job was read.
        var current = session.Store.Find(job.Id) ?? job;
        if (ResultReading.Read(result, current, inference) is not { } end)
        {
            return null;
        }

        if (ResultReading.NeedsRepetition(result))
        {
            if (!doubts.FailureIsCertain())
            {
                return null;
            }

            // The pair would be paid for again: fal's history may know that the job went well, and that only the way to it fails.
            end = await FromHistoryAsync(current, ct).ConfigureAwait(false) ?? end;
        }

        return Store(current, end);
    }

    private async Task<JobEnd?> FromHistoryAsync(LipSyncJob job, CancellationToken ct)
    {
        try
        {
            return await session.FindInHistoryAsync(job, ct).ConfigureAwait(false) is { } item ? ResultReading.Read(item, job) : null;
        }
        catch (FalException)
        {
            return null;
        }
    }

    /// <summary>The end is stored before anyone acts on it: fal forgets the JSON within the hour.</summary>
    private LipSyncJob Store(LipSyncJob job, JobEnd end)
    {
        var ended = session.Store.WriteEnd(job.Id, job.Attempt, end);
        Boundaries.ResultStored(job.Id);
        if (end.ErrorType == "file_download_error" && job.Sent is { } sent)
        {
            session.Store.ForgetUpload(sent.Video);
            session.Store.ForgetUpload(sent.Audio);
        }

        return ended;
    }

    /// <summary>
    /// fal says it does not know the job. Believed only after three times over a minute; and then its history, which keeps
    /// results longer, has the last word.
    /// </summary>
    private async Task<LipSyncJob?> DoubtAsync(LipSyncJob job, Doubts doubts, CancellationToken ct)
    {
        if (!doubts.AbsenceIsCertain())
        {
            return null;
        }

        FalHistoryItem? item;
        try
        {
            item = await session.FindInHistoryAsync(job, ct).ConfigureAwait(false);
        }
        catch (FalException)
        {
            // Without the history nothing is certain.
            return null;
        }

        if (item is null)
        {
            return session.Store.WriteLost(job.Id, job.Attempt, $"fal no longer knows the request {job.RequestId}, neither in its queue nor in its history.");
        }

        var current = session.Store.Find(job.Id) ?? job;
        return ResultReading.Read(item, current) is { } end
            ? Store(current, end)
            : session.Store.WriteLost(job.Id, job.Attempt, $"fal finished the request {job.RequestId} and no longer has its result, neither in its queue nor in its history.");
    }

    private static LipSyncJob Observed(LipSyncJob job, FalStatus status) => job with
    {
        State = status.Kind == FalStatusKind.Running ? LipSyncJobState.Running : LipSyncJobState.Queued,
        QueuePosition = status.QueuePosition,
    };

    private static TimeSpan Longer(TimeSpan pause) => pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;

    /// <summary>Bad news that is believed only when it is heard again and again.</summary>
    private sealed class Doubts(TimeProvider time)
    {
        private const int Times = 3;
        private int absences, failures;
        private long firstAbsence, firstFailure;

        public void Known() => absences = 0;

        public bool AbsenceIsCertain() => Count(ref absences, ref firstAbsence, TimeSpan.FromSeconds(60));

        public bool FailureIsCertain() => Count(ref failures, ref firstFailure, TimeSpan.FromSeconds(10));

        private bool Count(ref int count, ref long first, TimeSpan over)
        {
            if (count++ == 0)
            {
                first = time.GetTimestamp();
            }

            return count >= Times && time.GetElapsedTime(first) >= over;
        }
    }
}
