namespace KlingLipSync.Jobs;

/// <summary>Spans that a timer can take.</summary>
internal static class Deadlines
{
    // Timers count milliseconds in 32 bits; nobody waits longer than this in one process.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    public static TimeSpan Clamp(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span > Longest ? Longest : span;
}
