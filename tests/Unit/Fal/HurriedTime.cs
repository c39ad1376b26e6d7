using System.Collections.Concurrent;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>The real clock, except that whoever waits of his own accord waits no time: what he asked for is written down. Deadlines stay real.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> waits = new();

    public TimeSpan[] Waits => [.. waits];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // Task.Delay hands its task to the timer; a token source hands itself.
        if (state is not Task || dueTime == Timeout.InfiniteTimeSpan)
            return base.CreateTimer(callback, state, dueTime, period);
        waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
