namespace KlingLipSync;

/// <summary>What a budget is for. Both begin and end at midnight UTC, by this machine's clock.</summary>
public enum LipSyncBudgetPeriod
{
    /// <summary>A calendar day, UTC.</summary>
    Day,

    /// <summary>A calendar month, UTC.</summary>
    Month,
}
