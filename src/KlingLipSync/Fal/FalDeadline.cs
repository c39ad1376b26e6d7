namespace KlingLipSync.Fal;

/// <summary>A limit of time on top of the caller's own token, which progress can push back.</summary>
internal sealed class FalDeadline : IDisposable
{
    private readonly TimeSpan limit;
    private readonly CancellationTokenSource timer;
    private readonly CancellationTokenSource both;

    public FalDeadline(TimeSpan limit, TimeProvider time, CancellationToken ct)
    {
        this.limit = limit;
        timer = new CancellationTokenSource(limit, time);
        both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, ct);
    }

    /// <summary>Cancelled by the caller or by time.</summary>
    public CancellationToken Token => both.Token;

    /// <summary>Whether time ran out.</summary>
    public bool Passed => timer.IsCancellationRequested;

    /// <summary>The limit.</summary>
    public TimeSpan Limit => limit;

    /// <summary>Starts the limit anew.</summary>
    public void PushBack() => timer.CancelAfter(limit);

    public void Dispose()
    {
        both.Dispose();
        timer.Dispose();
    }
}
