using System.Management.Automation;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>
/// One bar for the batch and one child for each of the oldest jobs being worked on, sampled by the pipeline thread and always
/// closed. Where the user wants no progress, nothing is looked at.
/// </summary>
/// <param name="command">Whose progress it is.</param>
/// <param name="activity">What the batch does.</param>
/// <param name="throttle">How many are worked on at once; 0 where all are.</param>
internal sealed class BatchProgress(PSCmdlet command, string activity, int throttle)
{
    private const int BatchActivity = 0x4B4C50, MostBars = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly ActiveJob?[] bars = new ActiveJob?[MostBars];
    private readonly Dictionary<ActiveJob, Sample> samples = [];
    private readonly TransferRate up = new(), down = new();
    private readonly long begun = TimeProvider.System.GetTimestamp();
    private TimeSpan lastWorked;
    private long shown;
    private bool open;
    private int worked;

    /// <summary>Whether the user wants to see it.</summary>
    public bool IsShown { get; } = command.Preference("ProgressAction", "ProgressPreference") is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    /// <summary>How many there are.</summary>
    public int Total { get; set; }

    public int Done { get; private set; }

    public int Failed { get; set; }

    /// <summary>How long jobs take; nothing is shown of it while it is null.</summary>
    public TimeLeft? TimeLeft { get; set; }

    /// <summary>One more is done.</summary>
    /// <param name="isWork">False where it was only passed through.</param>
    public void Add(bool isWork = true)
    {
        Done++;
        if (isWork)
        {
            worked++;
            lastWorked = TimeProvider.System.GetElapsedTime(begun);
        }
    }

    /// <summary>Shows where the batch stands, at most twice a second.</summary>
    /// <param name="active">Tells what is being worked on; not asked in between.</param>
    public void Show(Func<IEnumerable<ActiveJob>> active)
    {
        var since = TimeProvider.System.GetElapsedTime(shown);
        if (!IsShown || (open && since < Interval))
        {
            return;
        }

        shown = TimeProvider.System.GetTimestamp();
        var jobs = active().OrderBy(j => j.Number).ToList();
        Measure(jobs, open ? since : TimeSpan.Zero);
        open = true;
        ShowBatch(jobs);
        ShowJobs(jobs);
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
            for (var slot = 0; slot < MostBars; slot++)
            {
                CloseBar(slot);
            }

            command.WriteProgress(new ProgressRecord(BatchActivity, activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
        catch (PipelineStoppedException)
        {
            // After Ctrl+C the host clears the bars itself.
        }
    }

    /// <summary>What was transferred since the last look, by those that ended meanwhile, too.</summary>
    private void Measure(List<ActiveJob> jobs, TimeSpan since)
    {
        var (sent, received) = (0L, 0L);
        foreach (var job in jobs)
        {
            samples.TryAdd(job, new Sample());
            samples[job].IsActive = true;
        }

        foreach (var (job, sample) in samples)
        {
            var (moreSent, moreReceived) = sample.Take(job, since);
            sent += moreSent;
            received += moreReceived;
            if (!sample.IsActive)
            {
                samples.Remove(job);
            }

            sample.IsActive = false;
        }

        up.Add(sent, since);
        down.Add(received, since);
    }

    private void ShowBatch(List<ActiveJob> jobs)
    {
        var status = $"{Done} of {Total}, {Failed} failed";
        status += up.BytesPerSecond is { } sending ? $", {ByteText.Rate(sending)} up" : "";
        status += down.BytesPerSecond is { } receiving ? $", {ByteText.Rate(receiving)} down" : "";
        command.WriteProgress(new ProgressRecord(BatchActivity, activity, status)
        {
            PercentComplete = Total == 0 ? -1 : Math.Clamp(100 * Done / Total, 0, 100),
            SecondsRemaining = Seconds(throttle == 0
                ? jobs.Max(LeftOf)
                : TimeLeft?.OfBatch(new BatchPace(Total - Done, worked, throttle, TimeProvider.System.GetElapsedTime(begun), lastWorked))),
        });
    }

    private void ShowJobs(List<ActiveJob> jobs)
    {
        for (var slot = 0; slot < MostBars; slot++)
        {
            if (bars[slot] is { } job && !samples.ContainsKey(job))
            {
                CloseBar(slot);
            }
        }

        foreach (var job in jobs.Take(MostBars))
        {
            var slot = Array.IndexOf(bars, job) is >= 0 and var own ? own : Array.IndexOf(bars, null);
            if (slot < 0)
            {
                continue;
            }

            bars[slot] = job;
            command.WriteProgress(new ProgressRecord(BatchActivity + 1 + slot, NameOf(job), Describe(job))
            {
                ParentActivityId = BatchActivity,
                PercentComplete = job.Percent ?? -1,
                SecondsRemaining = Seconds(LeftOf(job)),
            });
        }
    }

    private void CloseBar(int slot)
    {
        if (bars[slot] is { } job)
        {
            bars[slot] = null;
            command.WriteProgress(new ProgressRecord(BatchActivity + 1 + slot, NameOf(job), "Done")
            {
                ParentActivityId = BatchActivity,
                RecordType = ProgressRecordType.Completed,
            });
        }
    }

    private TimeSpan? LeftOf(ActiveJob job) => job.Waited(DateTimeOffset.UtcNow) is { } waited ? TimeLeft?.OfJob(waited) : null;

    private static int Seconds(TimeSpan? left) => left is { } span ? (int)Math.Min(int.MaxValue, Math.Ceiling(span.TotalSeconds)) : -1;

    // A record without a name throws, and a URL may end in a slash.
    private static string NameOf(ActiveJob job) => Path.GetFileName(job.Name.TrimEnd('/')) is { Length: > 0 } name ? name : $"Job {job.Number}";

    private string Describe(ActiveJob job)
    {
        var text = job switch
        {
            { State: LipSyncJobState.Queued, QueuePosition: { } ahead } => $"Queued, {ahead} ahead",
            { State: LipSyncJobState.Completed } => "Saving",
            _ => job.State.ToString(),
        };
        if (job.Transferred is not (> 0 and var bytes))
        {
            return text;
        }

        text += job.Total is { } all ? $", {ByteText.Of(bytes)} of {ByteText.Of(all)}" : $", {ByteText.Of(bytes)}";
        return samples[job].Rate.BytesPerSecond is { } rate ? $"{text}, {ByteText.Rate(rate)}" : text;
    }

    /// <summary>What a job had transferred when it was last looked at.</summary>
    private sealed class Sample
    {
        private long sent, received;

        public bool IsActive { get; set; }

        public TransferRate Rate { get; } = new();

        /// <summary>What was transferred since. A step back is a transfer that began again.</summary>
        public (long Sent, long Received) Take(ActiveJob job, TimeSpan since)
        {
            var (nowSent, nowReceived) = (job.SentInAll, job.ReceivedInAll);
            var (moreSent, moreReceived) = (Math.Max(0, nowSent - sent), Math.Max(0, nowReceived - received));
            (sent, received) = (nowSent, nowReceived);
            Rate.Add(moreSent + moreReceived, since);
            return (moreSent, moreReceived);
        }
    }
}
