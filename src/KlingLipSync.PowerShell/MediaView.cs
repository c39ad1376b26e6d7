using System.ComponentModel;

namespace KlingLipSync.Commands;

/// <summary>The words of the media reports' and quotes' views. Called by the format file; no part of the commands' promise.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class MediaView
{
    private const int Named = 3;

    /// <summary>The length in seconds, to the millisecond.</summary>
    public static string Seconds(LipSyncMediaReport report) => Seconds(report?.Duration);

    /// <summary>The length in seconds, to the millisecond.</summary>
    public static string Seconds(LipSyncPastStep clip) => Seconds(clip?.Duration);

    /// <summary>Width and height in pixels.</summary>
    public static string Size(LipSyncMediaReport report) => report is { Width: { } width, Height: { } height }
        ? FormattableString.Invariant($"{width}x{height}")
        : "";

    /// <summary>The price in USD, or its range.</summary>
    public static string Cost(LipSyncMediaReport report) => report switch
    {
        { Cost: { } cost, LeastCost: { } least } when least < cost => FormattableString.Invariant($"{least:0.00}-{cost:0.00}"),
        { Cost: { } cost } => FormattableString.Invariant($"{cost:0.00}"),
        _ => "",
    };

    /// <summary>The file's name, or the URL without its query.</summary>
    public static string Name(LipSyncMediaReport report) => report switch
    {
        { Path: { } url } when Jobs.ShownAddress.IsAddress(url) => url,
        { Path: { } path } => Path.GetFileName(path),
        _ => "",
    };

    /// <summary>The gravest reason, and how many more there are.</summary>
    public static string Reason(LipSyncMediaReport report) => report?.Reasons switch
    {
        null or { Length: 0 } => "",
        { Length: 1 } one => one[0],
        var all => FormattableString.Invariant($"{all[0]} (+{all.Length - 1})"),
    };

    /// <summary>The clips just past a step by name.</summary>
    public static string PastStep(LipSyncCost cost)
    {
        if (cost is null || cost.PastStep.Length == 0)
        {
            return "";
        }

        var names = string.Join(", ", cost.PastStep.Take(Named).Select(c => Path.GetFileName(c.Path)));
        return cost.PastStep.Length > Named ? FormattableString.Invariant($"{names} and {cost.PastStep.Length - Named} more") : names;
    }

    private static string Seconds(TimeSpan? duration) => duration is { } time ? FormattableString.Invariant($"{time.TotalSeconds:0.000}") : "";
}
