using System.ComponentModel;
using System.Globalization;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>The words of the jobs' table. Called by the format file; no part of the commands' promise.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class JobView
{
    /// <summary>How old the job is, or how long its result is still sure to be there.</summary>
    public static string Time(LipSyncJob job) => Time(job, DateTimeOffset.UtcNow);

    /// <summary>The same, seen at a given time.</summary>
    public static string Time(LipSyncJob job, DateTimeOffset now) => job?.CollectBefore is { } limit
        ? limit > now ? $"{Span(limit - now)} left" : "overdue"
        : job is null ? "" : $"{Span(now - job.CreatedAt)} old";

    /// <summary>What the job costs, in USD; a mark when fal does not bill it.</summary>
    public static string Cost(LipSyncJob job) => job switch
    {
        null => "",
        { QuotedCost: null } => "?",
        { IsEnded: true, Billed: LipSyncBilled.No } => "0.00",
        _ => FormattableString.Invariant($"{job.QuotedCost:0.00}"),
    };

    /// <summary>The clip's file name, or its URL without what only a server reads.</summary>
    public static string Source(LipSyncJob job) => job switch
    {
        { VideoPath: { } path } => Path.GetFileName(path),
        { VideoUrl: { } url } => MediaInput.Bare(url)!,
        _ => "",
    };

    /// <summary>When a change was seen, by the clock on the wall.</summary>
    public static string Clock(LipSyncJobUpdate update) => update?.Time.LocalDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    /// <summary>How long the job had been with fal.</summary>
    public static string Elapsed(LipSyncJobUpdate update) => update is null ? "" : Span(update.Elapsed);

    /// <summary>The words of an update's lines.</summary>
    public static string Log(LipSyncJobUpdate update) => update is null ? "" : string.Join(" | ", update.Log.Select(line => line.Message));

    private static string Span(TimeSpan span) => span switch
    {
        { TotalHours: >= 48 } => Rounded(span.TotalDays, "d"),
        { TotalMinutes: >= 120 } => Rounded(span.TotalHours, "h"),
        { TotalSeconds: >= 120 } => Rounded(span.TotalMinutes, "min"),
        _ => Rounded(Math.Max(0, span.TotalSeconds), "s"),
    };

    private static string Rounded(double value, string unit) => FormattableString.Invariant($"{value:0} {unit}");
}
