using System.ComponentModel;
using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>What users sort and filter jobs and budgets by, worked out from their properties at the moment of asking. Called by the type file.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class JobProperties
{
    private const string FileSystem = @"Microsoft.PowerShell.Core\FileSystem::";

    /// <summary>How long ago the pair was claimed.</summary>
    public static TimeSpan? Age(PSObject job) => DateTimeOffset.UtcNow - job.Moment("CreatedAt");

    /// <summary>How long the result is still sure to be there; below zero when that is over, null when there is nothing to collect.</summary>
    public static TimeSpan? TimeLeft(PSObject job) => job.Moment("CollectBefore") - DateTimeOffset.UtcNow;

    /// <summary>From acceptance to the end, or until now; null before acceptance.</summary>
    public static TimeSpan? Elapsed(PSObject job) =>
        (job.Moment("CompletedAt") ?? (job.Value("IsEnded") is true ? null : DateTimeOffset.UtcNow)) - job.Moment("SubmittedAt");

    /// <summary>What the job costs in USD: its quote, or 0 once it has ended and fal does not bill it; null when the length is unknown.</summary>
    public static object? Cost(PSObject job) => CostOf(job);

    /// <summary>The clip's file name, or its URL without what only a server reads.</summary>
    public static string Source(PSObject job) => ViewText.Name(job.Words("VideoPath") ?? job.Words("VideoUrl"));

    /// <summary>The saved file as the provider names it, so that Get-Item and its like take it; null while there is none.</summary>
    public static string? PSPath(PSObject job) => job.Words("OutputPath") is { } path ? FileSystem + path : null;

    /// <summary>How long the present period of a budget still lasts.</summary>
    public static TimeSpan? PeriodLeft(PSObject budget) => budget.Moment("PeriodEnd") - DateTimeOffset.UtcNow;

    internal static string SourceOf(LipSyncJob job) => ViewText.Name(job.VideoPath ?? job.VideoUrl);

    internal static decimal? CostOf(PSObject job) => job.Number("QuotedCost") switch
    {
        null => null,
        _ when job.Value("IsEnded") is true && job.Words("Billed") == nameof(LipSyncBilled.No) => 0,
        var quote => quote,
    };
}
