using KlingLipSync.Fal;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs;

/// <summary>Cancels accepted jobs at fal and writes down what came of it.</summary>
internal sealed class JobCanceller(LipSyncSession session)
{
    /// <returns>The job with its <see cref="LipSyncJob.CancelOutcome"/>; Cancelled at once only when it was removed unrun.</returns>
    /// <exception cref="LipSyncException">fal did not answer the cancel.</exception>
    public async Task<LipSyncJob> CancelAsync(LipSyncJob job, CancellationToken ct)
    {
        FalCancelOutcome answer;
        try
        {
            answer = await session.Fal.CancelAsync(job.Address!.Cancel, ct).ConfigureAwait(false);
        }
        catch (FalException e)
        {
            throw e.ToLipSync();
        }

        var outcome = answer switch
        {
            FalCancelOutcome.Removed => LipSyncCancelOutcome.Removed,
            FalCancelOutcome.Requested => LipSyncCancelOutcome.Requested,
            FalCancelOutcome.TooLate => LipSyncCancelOutcome.TooLate,
            _ => LipSyncCancelOutcome.Unknown,
        };
        return outcome == LipSyncCancelOutcome.Removed
            ? session.Store.WriteEnd(job.Id, job.Attempt, new JobEnd(LipSyncJobState.Cancelled, LipSyncBilled.No)
            {
                CancelOutcome = outcome,
                ErrorType = "client_cancelled",
                ErrorMessage = "The job was removed from fal's queue before it ran.",
            })
            : session.Store.WriteCancelOutcome(job.Id, job.Attempt, outcome);
    }
}
