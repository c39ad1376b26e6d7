using KlingLipSync.Fal;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs;

/// <summary>Finds out how an accepted request has ended, and stores it before anyone acts on it. What is asked and written is about the request that the job was read with, whatever became of the job since.</summary>
internal sealed class JobEnding(LipSyncSession session)
{
    /// <summary>Reads the result and stores what it proves; null when it proves nothing yet.</summary>
    public async Task<LipSyncJob?> CollectAsync(LipSyncJob job, TimeSpan? inference, BadNews news, CancellationToken ct)
    {
        var result = await session.Fal.GetResultAsync(job.Address!.Response, ct).ConfigureAwait(false);
        if (result is null || ResultReading.Read(result, Current(job), inference) is not { } end)
        {
            return null;
        }

        if (ResultReading.NeedsRepetition(result))
        {
            if (!news.FailureIsCertain())
            {
                return null;
            }

            // The pair would be paid for again: fal's history may know that the job went well, and that only the way to it fails.
            end = await FromHistoryAsync(job, ct).ConfigureAwait(false) ?? end;
        }

        return Store(job, end);
    }

    /// <summary>
    /// fal says it does not know the job. Believed only after three times over a minute; and then its history, which keeps
    /// results longer, has the last word.
    /// </summary>
    public async Task<LipSyncJob?> DoubtAsync(LipSyncJob job, BadNews news, CancellationToken ct)
    {
        if (!news.AbsenceIsCertain())
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
            return Lose(job, $"fal no longer knows the request {job.RequestId}, neither in its queue nor in its history.");
        }

        if (ResultReading.Read(item, Current(job)) is { } end)
        {
            return Store(job, end);
        }

        // It may still run, or its result be shown later: given up only when fal keeps it no longer.
        return item.EndedAt is { } ended && item.StatusCode is not null && session.Time.GetUtcNow() > ended + Retention.Json
            ? Lose(job, $"fal finished the request {job.RequestId} and no longer has its result, neither in its queue nor in its history.")
            : null;
    }

    /// <summary>The end is stored before anyone acts on it: fal forgets the JSON within the hour.</summary>
    private LipSyncJob Store(LipSyncJob job, JobEnd end)
    {
        if (job.IsLate)
        {
            session.Store.WriteLateEnd(job.Id, job.Attempt, end);
            return session.Store.FindAgain(job) ?? job;
        }

        var ended = session.Store.WriteEnd(job.Id, job.Attempt, end);
        Boundaries.ResultStored(job.Id);
        if (job.Sent is { } sent)
        {
            ForgetUnfetched(session.Store, end, sent.Video, sent.Audio);
        }

        return ended;
    }

    /// <summary>Uploads that fal could not fetch are not sent by their URLs again.</summary>
    public static void ForgetUnfetched(JobStore store, JobEnd end, string video, string audio)
    {
        if (end.ErrorType == "file_download_error")
        {
            store.ForgetUpload(video);
            store.ForgetUpload(audio);
        }
    }

    private LipSyncJob Lose(LipSyncJob job, string why) => job.IsLate
        ? Store(job, new JobEnd(LipSyncJobState.Lost, LipSyncBilled.Unknown) { ErrorType = nameof(LipSyncError.JobLost), ErrorMessage = why })
        : session.Store.WriteLost(job.Id, job.Attempt, why);

    private async Task<JobEnd?> FromHistoryAsync(LipSyncJob job, CancellationToken ct)
    {
        try
        {
            return await session.FindInHistoryAsync(job, ct).ConfigureAwait(false) is { } item ? ResultReading.Read(item, Current(job)) : null;
        }
        catch (FalException)
        {
            return null;
        }
    }

    /// <summary>The job with what was written since it was read, such as a cancel's outcome; unless it stands on another request by now.</summary>
    private LipSyncJob Current(LipSyncJob job) => session.Store.FindAgain(job) is { } current && current.Attempt == job.Attempt ? current : job;
}
