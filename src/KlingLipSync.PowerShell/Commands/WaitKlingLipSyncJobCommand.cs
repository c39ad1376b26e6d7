using System.Management.Automation;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>Waits for jobs and emits each as it ends, however it ends.</summary>
[Cmdlet(VerbsLifecycle.Wait, "KlingLipSyncJob", DefaultParameterSetName = IdSet)]
[OutputType(typeof(LipSyncJob))]
public sealed class WaitKlingLipSyncJobCommand : WaitingCommand
{
    private readonly Dictionary<string, ActiveJob> active = [];
    private BatchProgress? progress;
    private int emitted;

    /// <summary>Return when the first of them has ended.</summary>
    [Parameter]
    public SwitchParameter Any { get; set; }

    private protected override bool OneIsEnough => Any;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        progress?.Close();
    }

    private protected override void Follow(IReadOnlyList<LipSyncJob> open)
    {
        progress = new BatchProgress(this, "Waiting for fal", throttle: 0) { Total = open.Count };
        var shown = open.ToDictionary(j => j.Id, j => new ActiveJob(JobProperties.SourceOf(j)));
        foreach (var (id, job) in shown)
        {
            active.Add(id, job);
        }

        try
        {
            if (progress.IsShown)
            {
                Start(_ =>
                {
                    progress.TimeLeft = new TimeLeft(Session.Store.TypicalDuration(Session.BudgetScope));
                    return Task.CompletedTask;
                });
            }

            StartWaiting(open, job => shown[job.Id].Show(job));
            DrainToEnd(progress.IsShown ? () => progress.Show(() => active.Values) : null);
        }
        finally
        {
            progress.Close();
        }
    }

    private protected override void Ended(LipSyncJob job)
    {
        // Two may end in the same moment; -Any promises one.
        if (Any && emitted++ > 0)
        {
            return;
        }

        if (active.Remove(job.Id))
        {
            progress!.Add();
        }

        WriteObject(job);
    }
}
