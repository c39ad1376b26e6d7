using System.Management.Automation;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>One bar for the batch and one child for each job being worked on, sampled by the pipeline thread and always closed.</summary>
internal sealed class BatchProgress(PSCmdlet command, string activity, int total)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private const int BatchActivity = 0x4B4C50;

    private readonly Dictionary<ActiveJob, int> slots = [];
    private long shown;
    private bool open;

    public int Done { get; set; }

    public int Failed { get; set; }

    /// <summary>Shows where the batch stands, at most twice a second.</summary>
    public void Show(IEnumerable<ActiveJob> active)
    {
        if (open && TimeProvider.System.GetElapsedTime(shown) < Interval)
        {
            return;
        }

        shown = TimeProvider.System.GetTimestamp();
        open = true;
        command.WriteProgress(new ProgressRecord(BatchActivity, activity, $"{Done} of {total}, {Failed} failed")
        {
            PercentComplete = total == 0 ? -1 : Math.Clamp(100 * Done / total, 0, 100),
        });

        var now = active.ToHashSet();
        foreach (var (job, slot) in slots.Where(s => !now.Contains(s.Key)).ToList())
        {
            slots.Remove(job);
            Close(slot, job);
        }

        foreach (var job in now)
        {
            if (!slots.TryGetValue(job, out var slot))
            {
                slots[job] = slot = Enumerable.Range(1, now.Count + slots.Count).First(n => !slots.ContainsValue(n));
            }

            command.WriteProgress(new ProgressRecord(BatchActivity + slot, NameOf(job), Describe(job))
            {
                ParentActivityId = BatchActivity,
                PercentComplete = job.Percent ?? -1,
            });
        }
    }

    /// <summary>Closes every bar. Harmless when none was opened or the pipeline is gone.</summary>
    public void Close()
    {
        if (!open)
        {
            return;
        }

        open = false;
        try
        {
            foreach (var (job, slot) in slots)
            {
                Close(slot, job);
            }

            command.WriteProgress(new ProgressRecord(BatchActivity, activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
        catch (PipelineStoppedException)
        {
            // After Ctrl+C the host clears the bars itself.
        }

        slots.Clear();
    }

    private void Close(int slot, ActiveJob job) => command.WriteProgress(
        new ProgressRecord(BatchActivity + slot, NameOf(job), "Done")
        {
            ParentActivityId = BatchActivity,
            RecordType = ProgressRecordType.Completed,
        });

    // A record without a name throws, and a URL may end in a slash.
    private static string NameOf(ActiveJob job) => Path.GetFileName(job.Name.TrimEnd('/')) is { Length: > 0 } name ? name : job.Name;

    private static string Describe(ActiveJob job) => job switch
    {
        { State: LipSyncJobState.Queued, QueuePosition: { } ahead } => $"Queued, {ahead} ahead",
        { State: LipSyncJobState.Completed } => "Saving",
        _ => job.State.ToString(),
    };
}
