namespace KlingLipSync.Media;

/// <summary>What several clips cost together.</summary>
/// <param name="Clips">How many clips there are.</param>
/// <param name="UnknownClips">How many of them do not tell their length; each counts as the longest clip the endpoint takes.</param>
/// <param name="VideoDuration">The length of the others together, by the cautious reading.</param>
/// <param name="BilledSeconds">The seconds to be paid.</param>
/// <param name="MicroUsd">The price in millionths of a USD.</param>
/// <param name="LowMicroUsd">The price by the shortest readings, in millionths of a USD.</param>
/// <param name="RoundingMicroUsd">What rolling up to the steps costs, in millionths of a USD.</param>
public sealed record LipSyncTotal(int Clips, int UnknownClips, TimeSpan VideoDuration, long BilledSeconds, long MicroUsd, long LowMicroUsd, long RoundingMicroUsd)
{
    /// <summary>The price in USD.</summary>
    public decimal Usd => MicroUsd / 1_000_000m;

    /// <summary>The price in USD by the shortest readings.</summary>
    public decimal LowUsd => LowMicroUsd / 1_000_000m;

    /// <summary>What rolling up to the steps costs, in USD.</summary>
    public decimal RoundingUsd => RoundingMicroUsd / 1_000_000m;

    /// <summary>The readings of some clip's length straddle a step, so that the bill may be lower.</summary>
    public bool IsRange => LowMicroUsd < MicroUsd;
}
