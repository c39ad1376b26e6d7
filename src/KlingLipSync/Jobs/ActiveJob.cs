using System.Diagnostics;

namespace KlingLipSync.Jobs;

/// <summary>What a pair is at right now, for progress. Written by its worker, read by whoever shows it; a torn read harms nobody.</summary>
internal sealed class ActiveJob
{
    private static long created;

    private long sent, sentBefore, received, total, changed = Stopwatch.GetTimestamp();
    private volatile LipSyncJob? job;
    private volatile int state = (int)LipSyncJobState.Preparing;

    public ActiveJob(string name)
    {
        Name = name;
        Sent = new Count(bytes => Volatile.Write(ref sent, bytes));
        Received = new Count(bytes => Volatile.Write(ref received, bytes));
    }

    /// <summary>The clip's path or URL.</summary>
    public string Name { get; }

    /// <summary>Its place in the order in which work was begun.</summary>
    public long Number { get; } = Interlocked.Increment(ref created);

    public LipSyncJobState State => (LipSyncJobState)state;

    /// <summary>Whether fal has it, or may have it.</summary>
    public bool IsWithFal => State is LipSyncJobState.Submitting or LipSyncJobState.Queued or LipSyncJobState.Running or LipSyncJobState.Completed;

    public int? QueuePosition => job?.QueuePosition;

    /// <summary>The runner's log as far as it was heard.</summary>
    public IReadOnlyList<LipSyncLogLine> Log => job?.Log ?? [];

    /// <summary>The bytes sent for it, of all its files.</summary>
    public long SentInAll => Volatile.Read(ref sentBefore) + Volatile.Read(ref sent);

    /// <summary>The bytes received of its result.</summary>
    public long ReceivedInAll => Volatile.Read(ref received);

    /// <summary>The bytes of the file on its way; null when none is.</summary>
    public long? Transferred => State switch
    {
        LipSyncJobState.Uploading => Volatile.Read(ref sent),
        LipSyncJobState.Completed => Volatile.Read(ref received),
        _ => null,
    };

    /// <summary>The length of the file on its way; null where it is not known.</summary>
    public long? Total => Transferred is not null && Volatile.Read(ref total) is > 0 and var all ? all : null;

    /// <summary>0 to 100 while a file of known length is on its way; null when there is nothing to count.</summary>
    public int? Percent => Total is { } all ? (int)Math.Clamp(100 * Transferred!.Value / all, 0, 100) : null;

    /// <summary>Takes the bytes sent of the file that is going up.</summary>
    public IProgress<long> Sent { get; }

    /// <summary>Takes the bytes received of the result.</summary>
    public IProgress<long> Received { get; }

    /// <summary>How long fal has had it; null while it has not.</summary>
    public TimeSpan? Waited(DateTimeOffset now) => State is not (LipSyncJobState.Queued or LipSyncJobState.Running)
        ? null
        : job is { State: LipSyncJobState.Queued or LipSyncJobState.Running, SubmittedAt: { } since }
            ? now - since
            : Stopwatch.GetElapsedTime(Volatile.Read(ref changed));

    public void StartUpload(long bytes)
    {
        Volatile.Write(ref sentBefore, SentInAll);
        Volatile.Write(ref sent, 0);
        Volatile.Write(ref total, bytes);
        Show(LipSyncJobState.Uploading);
    }

    public void StartDownload(LipSyncJob now)
    {
        Volatile.Write(ref total, now.ResultBytes ?? 0);
        job = now;
        Show(LipSyncJobState.Completed);
    }

    public void Show(LipSyncJobState now)
    {
        if (state != (int)now)
        {
            state = (int)now;
            Volatile.Write(ref changed, Stopwatch.GetTimestamp());
        }
    }

    public void Show(LipSyncJob now)
    {
        job = now;
        Show(now.State);
    }

    /// <summary>Progress&lt;T&gt; would post each report to a thread; a count needs none.</summary>
    private sealed class Count(Action<long> write) : IProgress<long>
    {
        public void Report(long value) => write(value);
    }
}
