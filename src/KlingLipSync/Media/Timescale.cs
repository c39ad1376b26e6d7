namespace KlingLipSync.Media;

/// <summary>A clock of so many units a second, as media files keep time.</summary>
internal readonly record struct Timescale(uint UnitsPerSecond)
{
    // Half of what a time span holds, so that the sum of two lengths is a time span, too.
    private static readonly UInt128 Longest = (UInt128)(TimeSpan.MaxValue.Ticks / 2);

    /// <summary>
    /// A length in this clock's units as a time span, rounded up to its next tick of 100 ns, so that nothing above a limit ever reads as on it.
    /// <see langword="null"/> when the clock stands still or the length is beyond all reason.
    /// </summary>
    public TimeSpan? ToTimeSpan(UInt128 units)
    {
        if (UnitsPerSecond == 0 || units > ulong.MaxValue)
        {
            return null;
        }

        UInt128 ticks = ((units * TimeSpan.TicksPerSecond) + UnitsPerSecond - 1) / UnitsPerSecond;
        return ticks > Longest ? null : new TimeSpan((long)ticks);
    }
}
