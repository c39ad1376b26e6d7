using System.Globalization;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>The words that several views share.</summary>
internal static class ViewText
{
    /// <summary>A span as people say it: 40 s, 12 min, 3 h, 6 d.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalHours: >= 48 } => Rounded(span.TotalDays, "d"),
        { TotalMinutes: >= 120 } => Rounded(span.TotalHours, "h"),
        { TotalSeconds: >= 120 } => Rounded(span.TotalMinutes, "min"),
        _ => Rounded(Math.Max(0, span.TotalSeconds), "s"),
    };

    /// <summary>A time by the clock on the wall, as the user's culture writes it.</summary>
    public static string? Local(DateTimeOffset? time) => time?.ToLocalTime().ToString("G", CultureInfo.CurrentCulture);

    /// <summary>A length in seconds, to the millisecond. The same in every culture: it is compared with the endpoint's limits.</summary>
    public static string Seconds(TimeSpan? length) => length is { } time ? FormattableString.Invariant($"{time.TotalSeconds:0.000}") : "";

    /// <summary>A file's name, or a URL without what only a server reads.</summary>
    public static string Name(string? path) => path is null ? "" : ShownAddress.IsAddress(path) ? ShownAddress.Of(path) : Path.GetFileName(path);

    private static string Rounded(double value, string unit) => FormattableString.Invariant($"{value:0} {unit}");
}
