namespace KlingLipSync.Jobs;

/// <summary>A pair would break a budget; the transaction that found it wrote nothing.</summary>
/// <param name="budget">The budget as it was at that moment.</param>
internal sealed class OverBudgetException(LipSyncBudget budget) : Exception($"This would break the budget of {budget}.")
{
    public LipSyncBudget Budget { get; } = budget;
}
