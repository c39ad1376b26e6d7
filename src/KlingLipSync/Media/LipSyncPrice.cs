namespace KlingLipSync.Media;

/// <summary>
/// The endpoint's price, as its page states it: 0.014 USD per second of input video, rolled up to the closest 5 s; a clip of 3 s pays for 5.
/// The page does not say which of a file's durations is meant, so that the longest counts.
/// </summary>
public static class LipSyncPrice
{
    /// <summary>Millionths of a USD for one second: 14,000.</summary>
    public const long MicroUsdPerSecond = 14_000;

    /// <summary>Seconds are paid in steps of 5.</summary>
    public const int StepSeconds = 5;

    // Beyond this a cut to the step below would take something away that one may want.
    private static readonly TimeSpan JustPast = TimeSpan.FromSeconds(0.5);

    private const int MostBilledSeconds = int.MaxValue / StepSeconds * StepSeconds;

    /// <summary>The quote for a clip whose length is not known: at most what the longest clip costs, at least one step.</summary>
    public static LipSyncQuote Unknown { get; } = new(
        null,
        Billed(LipSyncLimits.MostVideo),
        Billed(LipSyncLimits.MostVideo) * MicroUsdPerSecond,
        StepSeconds * MicroUsdPerSecond);

    /// <summary>Quotes a clip by its facts.</summary>
    /// <param name="video">The clip's facts.</param>
    public static LipSyncQuote Quote(MediaFacts video)
    {
        ArgumentNullException.ThrowIfNull(video);
        return video.CautiousDuration is { } cautious
            ? Quote(cautious) with { LowMicroUsd = Billed(video.LeastDuration ?? cautious) * MicroUsdPerSecond }
            : Unknown;
    }

    /// <summary>Quotes a clip of a known length.</summary>
    /// <param name="duration">The clip's length.</param>
    public static LipSyncQuote Quote(TimeSpan duration)
    {
        int billed = Billed(duration);
        return new LipSyncQuote(duration, billed, billed * MicroUsdPerSecond, billed * MicroUsdPerSecond);
    }

    /// <summary>What several clips cost together.</summary>
    /// <param name="quotes">The quote of each clip.</param>
    /// <exception cref="OverflowException">The sum is beyond any money there is.</exception>
    public static LipSyncTotal Total(IEnumerable<LipSyncQuote> quotes)
    {
        ArgumentNullException.ThrowIfNull(quotes);
        var total = new LipSyncTotal(0, 0, TimeSpan.Zero, 0, 0, 0, 0);
        foreach (LipSyncQuote quote in quotes)
        {
            checked
            {
                total = new LipSyncTotal(
                    total.Clips + 1,
                    total.UnknownClips + (quote.VideoDuration is null ? 1 : 0),
                    Sum(total.VideoDuration, quote.VideoDuration ?? TimeSpan.Zero),
                    total.BilledSeconds + quote.BilledSeconds,
                    total.MicroUsd + quote.MicroUsd,
                    total.LowMicroUsd + quote.LowMicroUsd,
                    total.RoundingMicroUsd + quote.RoundingMicroUsd);
            }
        }

        return total;
    }

    /// <summary>What a clip saves that is at most 0.5 s past a price step, or past it by one reading and not by another.</summary>
    /// <param name="video">The clip's facts.</param>
    /// <returns>The step below and the saving; <see langword="null"/> where there is none to speak of, or the clip is too long to be sent at all.</returns>
    public static LipSyncTrim? Trim(MediaFacts video)
    {
        ArgumentNullException.ThrowIfNull(video);
        LipSyncQuote quote = Quote(video);
        if (quote.VideoDuration is not { } duration || duration > LipSyncLimits.MostVideoSlack)
        {
            return null;
        }

        int below = quote.IsRange ? Billed(video.LeastDuration ?? duration) : quote.BilledSeconds - StepSeconds;
        var step = TimeSpan.FromSeconds(below);
        if (below < StepSeconds || !(quote.IsRange || duration <= step + JustPast))
        {
            return null;
        }

        bool isSoundOnly = video.AudioTracks > 0 && video.VideoDuration <= step && video.CountedDuration <= step;
        return new LipSyncTrim(duration, step, quote.MicroUsd - (below * MicroUsdPerSecond), isSoundOnly);
    }

    // A file can claim thousands of years.
    private static TimeSpan Sum(TimeSpan a, TimeSpan b) => a > TimeSpan.MaxValue - b ? TimeSpan.MaxValue : a + b;

    // In whole ticks, because 5.0001 s is a step more than 5 s and no floating point may blur that.
    private static int Billed(TimeSpan duration)
    {
        const long Step = StepSeconds * TimeSpan.TicksPerSecond;
        long steps = Math.Max(1, (duration.Ticks / Step) + (duration.Ticks % Step > 0 ? 1 : 0));
        return (int)Math.Min(steps * StepSeconds, MostBilledSeconds);
    }
}
