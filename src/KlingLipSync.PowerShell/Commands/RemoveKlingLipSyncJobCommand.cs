using System.Management.Automation;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>Forgets ended jobs, and keeps what prevents that their pairs are paid for again.</summary>
[Cmdlet(VerbsCommon.Remove, "KlingLipSyncJob", SupportsShouldProcess = true, DefaultParameterSetName = IdSet)]
[OutputType(typeof(LipSyncJob))]
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

    /// <summary>Emit each job that was forgotten, as it was.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Reads the store place; the key only where fal is asked.</summary>
    protected override void BeginProcessing() => OpenSession(needsKey: Payload);

    /// <summary>Removes this record's jobs.</summary>
    protected override void ProcessRecord()
    {
        foreach (var job in Known())
        {
            if (new JobRemoval(Session).Refusal(job, Force, Payload) is { } refusal)
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

    private async Task RemoveAsync(LipSyncJob job, CancellationToken ct)
    {
        await slots.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            foreach (var request in await new JobRemoval(Session).RemoveAsync(job, Force, Payload, ct).ConfigureAwait(false))
            {
                Post(() => WriteWarning($"fal has no request {request} under the account of this key, so that nothing of job {job.Id} was deleted there. It was sent with the key {job.KeyId}."));
            }

            if (PassThru)
            {
                Post(() => WriteObject(job));
            }
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
}
