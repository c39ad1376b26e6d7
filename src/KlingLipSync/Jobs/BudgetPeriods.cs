namespace KlingLipSync.Jobs;

/// <summary>Where a budget's period begins and ends, UTC.</summary>
internal static class BudgetPeriods
{
    public static DateTimeOffset StartAt(this LipSyncBudgetPeriod period, DateTimeOffset now)
    {
        var day = now.UtcDateTime;
        return new DateTimeOffset(day.Year, day.Month, period == LipSyncBudgetPeriod.Day ? day.Day : 1, 0, 0, 0, TimeSpan.Zero);
    }

    public static DateTimeOffset EndAt(this LipSyncBudgetPeriod period, DateTimeOffset now) =>
        period == LipSyncBudgetPeriod.Day ? period.StartAt(now).AddDays(1) : period.StartAt(now).AddMonths(1);
}
