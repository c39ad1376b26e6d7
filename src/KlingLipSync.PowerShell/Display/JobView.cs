using System.ComponentModel;
using System.Globalization;
using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>The words of the views of jobs, their updates and budgets, live or deserialised. Called by the type file; no part of the commands' promise.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class JobView
{
    /// <summary>The state in its colour.</summary>
    public static string State(PSObject job) => ViewColour.Of(job.Words("State") ?? "");

    /// <summary>How old the job is, or how long its result is still sure to be there.</summary>
    public static string Time(PSObject job) => (job.Moment("CollectBefore"), job.Moment("CreatedAt")) switch
    {
        ({ } limit, _) => Left(limit),
        (null, { } created) => $"{ViewText.Span(DateTimeOffset.UtcNow - created)} old",
        _ => "",
    };

    /// <summary>What the job costs, in USD; a mark where nobody knows yet.</summary>
    public static string Cost(PSObject job) => JobProperties.CostOf(job) is { } cost ? FormattableString.Invariant($"{cost:0.00}") : "?";

    /// <summary>When the pair was claimed.</summary>
    public static string? CreatedAt(PSObject job) => ViewText.Local(job.Moment("CreatedAt"));

    /// <summary>When fal accepted the job.</summary>
    public static string? SubmittedAt(PSObject job) => ViewText.Local(job.Moment("SubmittedAt"));

    /// <summary>When the job was seen to have ended.</summary>
    public static string? CompletedAt(PSObject job) => ViewText.Local(job.Moment("CompletedAt"));

    /// <summary>Until when the result is sure to be there, and how long that is.</summary>
    public static string? CollectBefore(PSObject job) =>
        job.Moment("CollectBefore") is { } limit ? $"{ViewText.Local(limit)} ({Left(limit)})" : null;

    /// <summary>The place in fal's queue as text: 0, which is the next, is one as well.</summary>
    public static string? QueuePosition(PSObject job) => job.Words("QueuePosition");

    /// <summary>What fal counted, as text: 0 is the proof that nothing is billed.</summary>
    public static string? BillableUnits(PSObject job) => job.Number("BillableUnits")?.ToString(CultureInfo.InvariantCulture);

    /// <summary>When a change was seen, by the clock on the wall.</summary>
    public static string Clock(PSObject update) => update.Moment("Time")?.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    /// <summary>How long the job had been with fal.</summary>
    public static string Elapsed(PSObject update) => update.Value("Elapsed") is TimeSpan span ? ViewText.Span(span) : "";

    /// <summary>The words of an object's log in one line.</summary>
    public static string Log(PSObject update) => string.Join(" | ", update.Items("Log").Select(line => line.Words("Message")));

    /// <summary>The beginning of a budget's present period. In UTC, as the period itself.</summary>
    public static string? PeriodStart(PSObject budget) => Utc(budget.Moment("PeriodStart"));

    /// <summary>The end of a budget's present period. In UTC, as the period itself.</summary>
    public static string? PeriodEnd(PSObject budget) => Utc(budget.Moment("PeriodEnd"));

    private static string? Utc(DateTimeOffset? time) => time?.ToString("u", CultureInfo.InvariantCulture);

    private static string Left(DateTimeOffset limit) =>
        limit - DateTimeOffset.UtcNow is var left && left > TimeSpan.Zero ? $"{ViewText.Span(left)} left" : "overdue";
}
