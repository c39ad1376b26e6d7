using System.Text.RegularExpressions;

namespace KlingLipSync.Commands;

/// <summary>
/// A row that has none of our columns comes in as the text that PowerShell makes of it. Its values may be signed URLs and passwords,
/// so that only its columns are ever shown.
/// </summary>
internal static partial class RowText
{
    public static bool Is(string text) => text.StartsWith("@{", StringComparison.Ordinal);

    /// <summary>The row's columns in words; empty for a text that is no row.</summary>
    public static string Columns(string text) =>
        Is(text) && Names().Matches(text) is { Count: > 0 } names ? $", with the columns {string.Join(", ", names.Select(n => n.Groups[1].Value))}" : "";

    [GeneratedRegex(@"(?:^@\{|; )(\w[\w .-]{0,40})=", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Names();
}
