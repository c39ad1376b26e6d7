using KlingLipSync.Fal;

namespace KlingLipSync.Jobs;

/// <summary>Forgets ended jobs, and on wish what fal keeps of them.</summary>
internal sealed class JobRemoval(LipSyncSession session)
{
    /// <summary>Why a job must not be forgotten; null when it may be.</summary>
    public LipSyncException? Refusal(LipSyncJob job, bool evenUnsaved, bool payloads) => job switch
    {
        { State: LipSyncJobState.Submitting or LipSyncJobState.Unconfirmed or LipSyncJobState.Queued } =>
            new(LipSyncError.JobStillOpen, $"Job {job.Id} is {job.State}: fal may take money for it, and only its record finds what that pays for."),
        { State: LipSyncJobState.Completed } when !evenUnsaved =>
            new(LipSyncError.JobStillOpen, $"The result of job {job.Id} is paid for and not saved."),
        _ when payloads && job.Endpoint != session.Endpoint.Name =>
            new(LipSyncError.PayloadsNotDeleted, $"Job {job.Id} was sent to {job.Endpoint}; this session has {session.Endpoint.Name}."),
        _ => null,
    };

    /// <summary>Forgets a job; its payloads at fal go first, so that a failure leaves the record.</summary>
    /// <param name="job">The job.</param>
    /// <param name="evenUnsaved">Whether a paid result that is not on the disk may be forgotten, too.</param>
    /// <param name="payloads">Whether fal is to delete what it keeps.</param>
    /// <param name="ct">Ends the asking.</param>
    /// <returns>Request ids that fal does not know under this key's account: they may be another's, and still be there for the key that paid.</returns>
    /// <exception cref="LipSyncException">fal did not delete, or another run has taken the job up.</exception>
    public async Task<IReadOnlyList<string>> RemoveAsync(LipSyncJob job, bool evenUnsaved, bool payloads, CancellationToken ct)
    {
        var unknown = new List<string>();
        try
        {
            foreach (var request in payloads ? session.Store.RequestsOf(job.Id) : [])
            {
                if (!await session.Fal.DeletePayloadsAsync(request, ct).ConfigureAwait(false))
                {
                    unknown.Add(request);
                }
            }
        }
        catch (FalException e)
        {
            throw e.Kind switch
            {
                FalFailureKind.Locked => new LipSyncException(LipSyncError.AdminKeyRequired, $"fal does not let this key delete the payloads of job {job.Id}: {e.Detail}", e),
                FalFailureKind.Unauthorized or FalFailureKind.Unreachable or FalFailureKind.ProxyRefused => e.ToLipSync(),
                _ => new LipSyncException(LipSyncError.PayloadsNotDeleted, $"fal did not delete the payloads of job {job.Id}: {e.Detail}", e),
            };
        }

        return session.Store.Remove(job.Id, evenUnsaved, payloadsDeleted: payloads && unknown.Count == 0)
            ? unknown
            : throw new LipSyncException(LipSyncError.JobStillOpen, $"Job {job.Id} was taken up by another run meanwhile.");
    }
}
