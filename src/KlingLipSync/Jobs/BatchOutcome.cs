using KlingLipSync.Jobs.Pairs;

namespace KlingLipSync.Jobs;

/// <summary>What became of one pair of a batch.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Job">Its job, if it came to one.</param>
/// <param name="Error">Why it failed; null when it succeeded or was not sent.</param>
/// <param name="IsUnsent">True when spending was stopped before it was sent, or a budget had no room for it.</param>
/// <param name="IsSubmitted">True when fal accepted it in this run.</param>
/// <param name="BrokenBudget">The budget that it would have broken, as it was then; null when it was not for a budget that it was not sent.</param>
internal sealed record BatchOutcome(
    PlannedPair Pair, LipSyncJob? Job, LipSyncException? Error, bool IsUnsent = false, bool IsSubmitted = false, LipSyncBudget? BrokenBudget = null);
