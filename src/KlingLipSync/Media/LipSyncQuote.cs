namespace KlingLipSync.Media;

/// <summary>What one clip costs. Money is whole millionths of a USD; nothing is rounded but the seconds, as the endpoint does.</summary>
/// <param name="VideoDuration">The cautious reading the price goes by; <see langword="null"/> where the clip's length is not known.</param>
/// <param name="BilledSeconds">The seconds to be paid: the duration rolled up to a multiple of 5.</param>
/// <param name="MicroUsd">The price in millionths of a USD.</param>
/// <param name="LowMicroUsd">The price by the shortest reading; less than <paramref name="MicroUsd"/> where the readings straddle a step.</param>
public sealed record LipSyncQuote(TimeSpan? VideoDuration, int BilledSeconds, long MicroUsd, long LowMicroUsd)
{
    /// <summary>The price in USD.</summary>
    public decimal Usd => MicroUsd / 1_000_000m;

    /// <summary>The price in USD by the shortest reading.</summary>
    public decimal LowUsd => LowMicroUsd / 1_000_000m;

    /// <summary>The readings of the clip's length straddle a step, so that the bill may be the lower one.</summary>
    public bool IsRange => LowMicroUsd < MicroUsd;

    /// <summary>What rolling up to the step costs, in millionths of a USD; 0 where the clip's length is not known.</summary>
    public long RoundingMicroUsd => VideoDuration is { } duration
        ? MicroUsd - (long)((Int128)duration.Ticks * LipSyncPrice.MicroUsdPerSecond / TimeSpan.TicksPerSecond)
        : 0;

    /// <summary>What rolling up to the step costs, in USD; 0 where the clip's length is not known.</summary>
    public decimal RoundingUsd => RoundingMicroUsd / 1_000_000m;
}
