namespace KlingLipSync.Fal;

/// <summary>fal's time, as its latest answer told it and two clocks of ours carry it on.</summary>
internal sealed class FalClock(TimeProvider time)
{
    private volatile Sight? last;

    /// <summary>fal's clock minus ours, from its latest answer.</summary>
    public TimeSpan Offset => last is { } sight ? sight.Theirs - sight.Ours : TimeSpan.Zero;

    /// <summary>The time it is at fal, if nobody has set our clock since its latest answer.</summary>
    public DateTimeOffset Now => time.GetUtcNow() + Offset;

    /// <summary>The time it is at fal, whatever happened to our clocks since its latest answer.</summary>
    /// <remarks>The day's clock may have been set; the other stands still on some systems while the machine sleeps.</remarks>
    public FalMoment Moment
    {
        get
        {
            if (last is not { } sight)
            {
                return time.GetUtcNow();
            }

            var (byDay, byTicks) = (Now, sight.Theirs + time.GetElapsedTime(sight.Timestamp));
            return byDay < byTicks ? new(byDay, byTicks) : new(byTicks, byDay);
        }
    }

    /// <summary>Takes the time of an answer.</summary>
    public void Hear(DateTimeOffset date) => last = new Sight(date, time.GetUtcNow(), time.GetTimestamp());

    private sealed record Sight(DateTimeOffset Theirs, DateTimeOffset Ours, long Timestamp);
}

/// <summary>A time by fal's clock, as far as it is known.</summary>
/// <param name="Earliest">Not before.</param>
/// <param name="Latest">Not after.</param>
internal readonly record struct FalMoment(DateTimeOffset Earliest, DateTimeOffset Latest)
{
    public static implicit operator FalMoment(DateTimeOffset at) => new(at, at);
}
