using System.Management.Automation;
using KlingLipSync.Fal;

namespace KlingLipSync.Commands;

/// <summary>Forgets ended jobs, and keeps what prevents that their pairs are paid for again.</summary>
[Cmdlet(VerbsCommon.Remove, "KlingLipSyncJob", SupportsShouldProcess = true, DefaultParameterSetName = IdSet)]
public sealed class RemoveKlingLipSyncJobCommand : JobCommand
{
    private const int MostAtOnce = 8;

    private readonly SemaphoreSlim slots = new(MostAtOnce);

    /// <summary>Delete the requests' payloads at fal as well: the stored inputs and outputs and the result's file. Needs a key with the ADMIN scope.</summary>
    [Parameter]
    public SwitchParameter Payload { get; set; }

    /// <summary>Forget a job whose paid result is not saved, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Reads the store place; the key only where fal is asked.</summary>
    protected override void BeginProcessing() => OpenSession(needsKey: Payload);

    /// <summary>Removes this record's jobs.</summary>
    protected override void ProcessRecord()
    {
        foreach (var job in Known())
        {
            if (Refusal(job) is { } refusal)
            {
                WriteFailure(refusal, job);
            }
            else if (ShouldProcess(job.ToString(), Payload ? "Delete the payloads at fal and forget the job" : "Forget the job"))
            {
                Start(ct => RemoveAsync(job, ct));
            }
        }

        DrainReady();
    }

    /// <summary>Waits for fal's answers.</summary>
    protected override void EndProcessing() => DrainToEnd();

    private LipSyncException? Refusal(LipSyncJob job)
    {
        if (job.State is LipSyncJobState.Submitting or LipSyncJobState.Unconfirmed or LipSyncJobState.Queued)
        {
            return new LipSyncException(LipSyncError.JobStillOpen, $"Job {job.Id} is {job.State}: fal may take money for it, and only its record finds what that pays for.");
        }

        if (job.State == LipSyncJobState.Completed && !Force)
        {
            return new LipSyncException(LipSyncError.JobStillOpen, $"The result of job {job.Id} is paid for and not saved.");
        }

        return Payload && job.Endpoint != Session.Endpoint.Name
            ? new LipSyncException(LipSyncError.PayloadsNotDeleted, $"Job {job.Id} was sent to {job.Endpoint}; this session has {Session.Endpoint.Name}.")
            : null;
    }

    private async Task RemoveAsync(LipSyncJob job, CancellationToken ct)
    {
        await slots.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!Session.Store.Remove(job.Id, Force, Payload && await DeletePayloadsAsync(job, ct).ConfigureAwait(false)))
            {
                throw new LipSyncException(LipSyncError.JobStillOpen, $"Job {job.Id} was taken up by another run meanwhile.");
            }
        }
        catch (FalException e)
        {
            Post(() => WriteFailure(OfDeletion(e, job), job));
        }
        catch (LipSyncException e)
        {
            Post(() => WriteFailure(e, job));
        }
        finally
        {
            slots.Release();
        }
    }

    /// <returns>Whether all of it is gone. What fal does not know may be another account's, and still be there for the key that paid.</returns>
    private async Task<bool> DeletePayloadsAsync(LipSyncJob job, CancellationToken ct)
    {
        var all = true;
        foreach (var request in Session.Store.RequestsOf(job.Id))
        {
            if (!await Session.Fal.DeletePayloadsAsync(request, ct).ConfigureAwait(false))
            {
                all = false;
                Post(() => WriteWarning($"fal has no request {request} under the account of this key, so that nothing of job {job.Id} was deleted there. It was sent with the key {job.KeyId}."));
            }
        }

        return all;
    }

    private static LipSyncException OfDeletion(FalException e, LipSyncJob job) => e.Kind switch
    {
        FalFailureKind.Locked => new(LipSyncError.AdminKeyRequired, $"fal does not let this key delete the payloads of job {job.Id}: {e.Detail}", e),
        FalFailureKind.Unauthorized or FalFailureKind.Unreachable => e.ToLipSync(),
        _ => new(LipSyncError.PayloadsNotDeleted, $"fal did not delete the payloads of job {job.Id}: {e.Detail}", e),
    };
}
