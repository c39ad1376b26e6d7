namespace KlingLipSync.Fal;

/// <summary>One page of the platform's history.</summary>
/// <param name="Items">Its requests.</param>
/// <param name="Date">fal's own time of this page.</param>
internal sealed record FalHistoryPage(IReadOnlyList<FalHistoryItem> Items, DateTimeOffset? Date);
