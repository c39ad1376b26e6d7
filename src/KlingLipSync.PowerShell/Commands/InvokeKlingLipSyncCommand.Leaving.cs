using System.Management.Automation;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <content>What is said of accepted jobs when the command ends before they are saved.</content>
public sealed partial class InvokeKlingLipSyncCommand
{
    private const string GoOn = "The same command collects them, and so does Get-KlingLipSyncJob -Pending | Wait-KlingLipSyncJob | Save-KlingLipSyncResult -Destination <folder>. Nothing is paid twice.";

    private volatile Batch? batch;
    private bool isQuiet, stopsAtErrors;
    private volatile int unsaved;
    private DateTimeOffset? collectBefore;

    /// <summary>How many jobs fal has, or may have, that are not saved.</summary>
    private int OpenNow => unsaved + (batch?.Active.Count(j => j.IsWithFal) ?? 0);

    /// <summary>What goes on at fal after Ctrl+C, and is billed, must be said all the same.</summary>
    private protected override string? LastWord() => isQuiet || OpenNow is not (> 0 and var open)
        ? null
        : $"Stopped. {QuoteText.Count(open, "job")} accepted or on the way: fal works on, and bills. {GoOn} To cancel: Get-KlingLipSyncJob -Pending | Stop-KlingLipSyncJob.";

    /// <summary>Under -ErrorAction Stop this error is the last thing the command says: then it says how to go on, too.</summary>
    private LipSyncException Last(LipSyncException e) => stopsAtErrors && OpenNow is > 0 and var open
        ? new LipSyncException(e.Error, $"{e.Message} {QuoteText.Count(open, "job")} accepted before that: fal works on, and bills. {GoOn}", e.InnerException) { Remedy = e.Remedy }
        : e;

    /// <summary>Says what is left to be collected, and until when.</summary>
    private void WarnOfUnsaved()
    {
        // What comes after it in the pipeline may be saving them at this moment.
        if (unsaved > 0 && !NoWait && MyInvocation.PipelinePosition == MyInvocation.PipelineLength)
        {
            WriteWarning($"{QuoteText.Count(unsaved, "job")} accepted by fal and not saved{(collectBefore is { } limit ? FormattableString.Invariant($"; fal is sure to keep the first result until {limit:yyyy-MM-dd HH:mm:ss}Z") : "")}. {GoOn}");
        }
    }

    private void CountUnsaved(LipSyncJob job)
    {
        if (job.State is LipSyncJobState.Queued or LipSyncJobState.Running or LipSyncJobState.Completed)
        {
            unsaved++;
            collectBefore = job.CollectBefore < collectBefore || collectBefore is null ? job.CollectBefore : collectBefore;
        }
    }
}
