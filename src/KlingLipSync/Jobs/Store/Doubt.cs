using KlingLipSync.Fal;

namespace KlingLipSync.Jobs.Store;

/// <summary>An attempt that fal may have: its answer was lost.</summary>
/// <param name="JobId">Its job.</param>
/// <param name="Number">Its number among the job's attempts.</param>
/// <param name="VideoUrl">What it was sent with, which tells it in fal's history.</param>
/// <param name="AudioUrl">The same for the sound.</param>
/// <param name="FalIntentAt">When it was about to be sent, by fal's clock.</param>
/// <param name="ProvableAt">From when on, by fal's clock, fal must have ended and listed it, if it ever had it.</param>
/// <param name="IsAbsent">True when it was proven absent; a late find would prove the proof wrong.</param>
/// <param name="Order">Its place in the order of all intents of the store, which no clock can upset.</param>
internal sealed record Doubt(
    string JobId, int Number, string VideoUrl, string AudioUrl, FalMoment FalIntentAt, DateTimeOffset ProvableAt, bool IsAbsent, long Order);

/// <summary>What a found request is to its job.</summary>
internal enum FoundAs
{
    /// <summary>The attempt that the job now stands on.</summary>
    Own,

    /// <summary>A second payment: the job stands on a later attempt.</summary>
    Late,

    /// <summary>Nothing new.</summary>
    Known,
}
