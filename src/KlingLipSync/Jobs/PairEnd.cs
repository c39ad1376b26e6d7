using KlingLipSync.Jobs.Pairs;

namespace KlingLipSync.Jobs;

/// <summary>How a pair's job is shown at its end.</summary>
internal static class PairEnd
{
    /// <summary>One job may have come in under several names; each object shows its own.</summary>
    public static LipSyncJob As(PlannedPair pair, LipSyncJob job) => job with
    {
        VideoPath = pair.Video.Path,
        VideoUrl = pair.Video.Url?.AbsoluteUri,
        AudioPath = pair.Audio.Path,
        AudioUrl = pair.Audio.Url?.AbsoluteUri,
    };

    /// <summary>The error about a job that ended without a result.</summary>
    public static LipSyncException Error(LipSyncJob job) => job.State switch
    {
        LipSyncJobState.Cancelled => new(LipSyncError.JobCancelled, $"Job {job.Id} (request {job.RequestId}) was cancelled at fal."),
        LipSyncJobState.Lost => new(LipSyncError.JobLost, job.ErrorMessage ?? $"The result of job {job.Id} is gone."),
        _ => new(LipSyncError.JobFailed, $"fal failed job {job.Id} (request {job.RequestId}), {job.ErrorType}: {(job.ErrorMessage is { } words ? words + " " : "")}Billed: {job.Billed}."),
    };
}
