using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>Emits one object for each change of jobs until they have ended: state, place in the queue, lines of the log.</summary>
[Cmdlet(VerbsCommon.Watch, "KlingLipSyncJob", DefaultParameterSetName = IdSet)]
[OutputType(typeof(LipSyncJobUpdate))]
public sealed class WatchKlingLipSyncJobCommand : WaitingCommand
{
    private readonly Dictionary<string, LipSyncJob> shown = [];

    private protected override void Follow(IReadOnlyList<LipSyncJob> open)
    {
        StartWaiting(open, job =>
        {
            var time = Session.Time.GetUtcNow();
            Post(() => Show(job, time));
        });
        DrainToEnd();
    }

    private protected override void Ended(LipSyncJob job) => Show(job, Session.Time.GetUtcNow());

    private void Show(LipSyncJob job, DateTimeOffset time)
    {
        var before = shown.GetValueOrDefault(job.Id);

        // Another request of the pair has a log of its own.
        var lines = job.Log.Skip(before?.RequestId == job.RequestId ? before?.Log.Count ?? 0 : 0).ToArray();
        if (before is not null && (before.RequestId, before.State, before.QueuePosition) == (job.RequestId, job.State, job.QueuePosition) && lines.Length == 0)
        {
            return;
        }

        shown[job.Id] = job;
        WriteObject(new LipSyncJobUpdate
        {
            Id = job.Id,
            RequestId = job.RequestId,
            State = job.State,
            QueuePosition = job.State == LipSyncJobState.Queued ? job.QueuePosition : null,
            Log = lines,
            Time = time,
            Elapsed = time - (job.SubmittedAt ?? job.CreatedAt),
        });
    }
}
