namespace KlingLipSync;

/// <summary>The most that may be spent in a day or a month with one key at one endpoint, and what of it is left now. All money is USD.</summary>
/// <remarks>It holds for all processes on one store. Jobs that were sent from elsewhere with the same key are not in it.</remarks>
public sealed record LipSyncBudget
{
    /// <summary>What the budget is for: each day, or each month.</summary>
    public required LipSyncBudgetPeriod Period { get; init; }

    /// <summary>The most that may be spent in one period, in USD.</summary>
    public required decimal Amount { get; init; }

    /// <summary>
    /// What was sent in this period, in USD, by the quotes; less what certainly costs nothing: never delivered, refused,
    /// absent from fal's history, or not billed by fal. What nobody knows counts.
    /// </summary>
    public required decimal Spent { get; init; }

    /// <summary>What running commands have set aside for jobs that are about to be sent, in USD.</summary>
    public required decimal Reserved { get; init; }

    /// <summary>What may still be spent in this period, in USD; never below 0.</summary>
    public decimal Left => Math.Max(0, Amount - Spent - Reserved);

    /// <summary>The beginning of the present period, UTC.</summary>
    public required DateTimeOffset PeriodStart { get; init; }

    /// <summary>The end of the present period, UTC: from then on nothing of the next one is spent.</summary>
    public required DateTimeOffset PeriodEnd { get; init; }

    /// <summary>The service: <c>fal</c>, or a custom base URL.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The model's endpoint id.</summary>
    public required string EndpointId { get; init; }

    /// <summary>The id half of the key that pays; never the secret. It stands for the account.</summary>
    public required string KeyId { get; init; }

    /// <summary>The budget in one line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Amount:0.00####} USD a {(Period == LipSyncBudgetPeriod.Day ? "day" : "month")} (UTC) for the key {KeyId} at {Endpoint}");
}
