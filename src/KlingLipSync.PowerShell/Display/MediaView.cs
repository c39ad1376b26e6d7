using System.ComponentModel;
using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>The words of the views of media reports and quotes, live or deserialised. Called by the type file; no part of the commands' promise.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class MediaView
{
    private const int Named = 3;

    /// <summary>The verdict in its colour.</summary>
    public static string Verdict(PSObject report) => ViewColour.Of(report.Words("Verdict") ?? "");

    /// <summary>The length in seconds, to the millisecond.</summary>
    public static string Seconds(PSObject seen) => ViewText.Seconds(seen.Value("Duration") as TimeSpan?);

    /// <summary>Width and height in pixels.</summary>
    public static string Size(PSObject report) => (report.Number("Width"), report.Number("Height")) is ({ } width, { } height)
        ? FormattableString.Invariant($"{width}x{height}")
        : "";

    /// <summary>How large the files are, the clip's first.</summary>
    public static string Bytes(PSObject report) => string.Join(" + ", new[] { "Video", "Audio" }
        .Select(part => report.Value(part) is { } facts ? PSObject.AsPSObject(facts).Number("Length") : null)
        .Where(length => length is not null).Select(length => ByteText.Of((long)length!)));

    /// <summary>The price in USD, or its range.</summary>
    public static string Cost(PSObject report) => (report.Number("LeastCost"), report.Number("Cost")) switch
    {
        ({ } least, { } cost) when least < cost => FormattableString.Invariant($"{least:0.00}-{cost:0.00}"),
        (_, { } cost) => FormattableString.Invariant($"{cost:0.00}"),
        _ => "",
    };

    /// <summary>The file's name, or the URL without its query.</summary>
    public static string Name(PSObject seen) => ViewText.Name(seen.Words("Path"));

    /// <summary>The gravest reason, without the name that stands beside it, and how many more there are.</summary>
    public static string Reason(PSObject report)
    {
        var reasons = report.Lines("Reasons");
        if (reasons.Count == 0)
        {
            return "";
        }

        var name = Name(report) + " ";
        var first = reasons[0].StartsWith(name, StringComparison.Ordinal) ? reasons[0][name.Length..] : reasons[0];
        return reasons.Count > 1 ? FormattableString.Invariant($"{first} (+{reasons.Count - 1})") : first;
    }

    /// <summary>All reasons, a line each.</summary>
    public static string Reasons(PSObject report) => string.Join(Environment.NewLine, report.Lines("Reasons"));

    /// <summary>All remedies, a line each.</summary>
    public static string Remedies(PSObject report) => string.Join(Environment.NewLine, report.Lines("Remedies"));

    /// <summary>The clip of an input by its name.</summary>
    public static string Video(PSObject input) => ViewText.Name(input.Words("VideoPath") ?? input.Words("VideoUrl"));

    /// <summary>The sounds of an input by their names.</summary>
    public static string Audio(PSObject input) => input.Words("AudioUrl") is { } url ? ViewText.Name(url) : string.Join(", ", input.Lines("AudioPath").Select(ViewText.Name));

    /// <summary>The clips just past a step by name.</summary>
    public static string PastStep(PSObject cost)
    {
        var clips = cost.Items("PastStep");
        var names = string.Join(", ", clips.Take(Named).Select(Name));
        return clips.Count > Named ? FormattableString.Invariant($"{names} and {clips.Count - Named} more") : names;
    }
}
