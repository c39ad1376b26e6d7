using System.Management.Automation;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>Cancels jobs at fal and tells what came of it. Cancelling is no refund.</summary>
[Cmdlet(VerbsLifecycle.Stop, "KlingLipSyncJob", SupportsShouldProcess = true, DefaultParameterSetName = IdSet)]
[OutputType(typeof(LipSyncJob))]
public sealed class StopKlingLipSyncJobCommand : JobCommand
{
    private const int MostAtOnce = 8;

    private readonly SemaphoreSlim slots = new(MostAtOnce);

    /// <summary>Cancels this record's jobs.</summary>
    protected override void ProcessRecord()
    {
        foreach (var job in Known())
        {
            if (job.State != LipSyncJobState.Queued)
            {
                // Nothing is at fal to be cancelled, or it has ended: the state tells.
                WriteObject(job is { IsEnded: true, RequestId: not null, CancelOutcome: LipSyncCancelOutcome.None } ? job with { CancelOutcome = LipSyncCancelOutcome.TooLate } : job);
            }
            else if (CanAsk(job) && ShouldProcess(job.ToString(), "Cancel at fal"))
            {
                Start(ct => CancelAsync(job, ct));
            }
        }

        DrainReady();
    }

    /// <summary>Waits for fal's answers.</summary>
    protected override void EndProcessing() => DrainToEnd();

    private async Task CancelAsync(LipSyncJob job, CancellationToken ct)
    {
        await slots.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var after = await new JobCanceller(Session).CancelAsync(job, ct).ConfigureAwait(false);
            Post(() => WriteObject(after));
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
