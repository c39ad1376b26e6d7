using System.Globalization;
using System.Text;

namespace KlingLipSync.Bench.SideBySide;

/// <summary>How the report writes numbers and tables.</summary>
internal static class Text
{
    /// <summary>Three digits or so.</summary>
    public static string Number(double value) => value.ToString(Math.Abs(value) switch { >= 100 => "N0", >= 10 => "N1", _ => "N2" }, CultureInfo.InvariantCulture);

    public static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A table in Markdown: the first columns are text, the others are numbers.</summary>
    public static string Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows, int texts = 1)
    {
        var text = new StringBuilder();
        text.AppendLine($"| {string.Join(" | ", head)} |");
        text.AppendLine(string.Concat(Enumerable.Repeat("|---", texts)) + string.Concat(Enumerable.Repeat("|---:", head.Count - texts)) + "|");
        foreach (var row in rows)
        {
            text.AppendLine($"| {string.Join(" | ", row)} |");
        }

        return text.ToString();
    }
}
