namespace KlingLipSync.Jobs;

/// <summary>What a pair is at right now, for progress. Written by its worker, read by whoever shows it; a torn read harms nobody.</summary>
internal sealed class ActiveJob
{
    private long total, transferred;
    private volatile LipSyncJob? job;
    private volatile int state = (int)LipSyncJobState.Preparing;

    public ActiveJob(string name)
    {
        Name = name;
        Sent = new Count(this);
        Received = new Count(this);
    }

    /// <summary>The clip's path or URL.</summary>
    public string Name { get; }

    public LipSyncJobState State => (LipSyncJobState)state;

    /// <summary>Whether fal has it, or may have it.</summary>
    public bool IsWithFal => State is LipSyncJobState.Submitting or LipSyncJobState.Queued or LipSyncJobState.Running or LipSyncJobState.Completed;

    public int? QueuePosition => job?.QueuePosition;

    /// <summary>The runner's log as far as it was heard.</summary>
    public IReadOnlyList<LipSyncLogLine> Log => job?.Log ?? [];

    /// <summary>0 to 100 while bytes go up; null when there is nothing to count.</summary>
    public int? Percent => State == LipSyncJobState.Uploading && Volatile.Read(ref total) is > 0 and var all
        ? (int)Math.Clamp(100 * Volatile.Read(ref transferred) / all, 0, 100)
        : null;

    /// <summary>Takes the bytes sent of the file that is going up.</summary>
    public IProgress<long> Sent { get; }

    /// <summary>Takes the bytes received of the result.</summary>
    public IProgress<long> Received { get; }

    public void StartUpload(long bytes)
    {
        Volatile.Write(ref transferred, 0);
        Volatile.Write(ref total, bytes);
        Show(LipSyncJobState.Uploading);
    }

    public void Show(LipSyncJobState now) => state = (int)now;

    public void Show(LipSyncJob now)
    {
        job = now;
        Show(now.State);
    }

    /// <summary>Progress&lt;T&gt; would post each report to a thread; a count needs none.</summary>
    private sealed class Count(ActiveJob owner) : IProgress<long>
    {
        public void Report(long value) => Volatile.Write(ref owner.transferred, value);
    }
}
