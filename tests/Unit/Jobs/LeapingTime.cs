namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>A clock on which every wait is over at once and has taken as long as it was meant to.</summary>
internal sealed class LeapingTime : TimeProvider
{
    private long leapt;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref leapt));

    public override long GetTimestamp() => base.GetTimestamp() + (Volatile.Read(ref leapt) * (TimestampFrequency / TimeSpan.TicksPerSecond));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // Task.Delay hands its task to the timer; deadlines hand a token source, and stay real.
        if (state is not Task || dueTime == Timeout.InfiniteTimeSpan)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        Interlocked.Add(ref leapt, dueTime.Ticks);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
