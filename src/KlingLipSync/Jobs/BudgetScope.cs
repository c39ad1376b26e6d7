namespace KlingLipSync.Jobs;

/// <summary>What a budget holds for: one model endpoint of one service, paid by one account.</summary>
internal sealed record BudgetScope(string Service, string EndpointId, string Account);
