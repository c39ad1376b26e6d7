using System.Globalization;
using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>
/// Reads the properties of our objects, and of what a background job, a remote session or a file has left of them: there an
/// enumeration is a number with a name, and a time is an object of its parts.
/// </summary>
internal static class ViewReading
{
    /// <summary>The value behind a property; null where there is none.</summary>
    public static object? Value(this PSObject? seen, string property) => seen?.Properties[property]?.Value switch
    {
        PSObject { BaseObject: not PSCustomObject and var plain } => plain,
        var value => value,
    };

    /// <summary>A property in words, an enumeration by its name; null where there are none.</summary>
    public static string? Words(this PSObject? seen, string property) => seen?.Properties[property]?.Value?.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>A property that is a time.</summary>
    public static DateTimeOffset? Moment(this PSObject? seen, string property) => seen.Value(property) switch
    {
        DateTimeOffset time => time,
        DateTime time => new DateTimeOffset(time),
        PSObject parts when parts.Value("UtcDateTime") is DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        _ => null,
    };

    /// <summary>A property that is a number of USD, seconds or the like.</summary>
    public static decimal? Number(this PSObject? seen, string property) => seen.Value(property) switch
    {
        decimal number => number,
        int number => number,
        long number => number,
        _ => null,
    };

    /// <summary>A property that is a list of texts.</summary>
    public static IReadOnlyList<string> Lines(this PSObject? seen, string property) => seen.Value(property) switch
    {
        string text => [text],
        System.Collections.IEnumerable lines => [.. lines.Cast<object?>().Select(l => l?.ToString() ?? "").Where(l => l.Length > 0)],
        _ => [],
    };

    /// <summary>A property that is a list of objects.</summary>
    public static IReadOnlyList<PSObject> Items(this PSObject? seen, string property) => seen.Value(property) switch
    {
        System.Collections.IEnumerable items and not string => [.. items.Cast<object?>().Where(i => i is not null).Select(i => PSObject.AsPSObject(i!))],
        _ => [],
    };
}
