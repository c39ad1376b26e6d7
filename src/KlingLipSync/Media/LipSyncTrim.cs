namespace KlingLipSync.Media;

/// <summary>A clip just past a price step, and what getting it under that step saves.</summary>
/// <param name="From">The clip's length as it is billed, by the cautious reading.</param>
/// <param name="To">The step below: a clip of at most this length pays less.</param>
/// <param name="SavedMicroUsd">What is saved, in millionths of a USD; more than 0.</param>
/// <param name="IsSoundOnly">The pictures alone are short enough: leaving out the clip's own sound, which the endpoint replaces anyway, will do.</param>
public sealed record LipSyncTrim(TimeSpan From, TimeSpan To, long SavedMicroUsd, bool IsSoundOnly)
{
    /// <summary>What is saved, in USD.</summary>
    public decimal SavedUsd => SavedMicroUsd / 1_000_000m;
}
