using System.Globalization;

namespace KlingLipSync.Bench.SideBySide.Rows;

/// <summary>What the harness of faults and kills found, and how fast the store is read: both have programs and reports of their own.</summary>
internal static class Promises
{
    public static Outcome? OfFaults() => Chaos(8, "Faults on every route",
    [
        ("accepted per pair", v => v <= 1, "≤ 1.000"),
        ("**pairs paid more than once**", v => v == 0, "0"),
        ("**paid and not in the folder**", v => v == 0, "0"),
        ("without a file at the end", v => v == 0, "0"),
    ]);

    public static Outcome? OfKills() => Chaos(9, "Kills",
    [
        ("of them killed", _ => true, ""),
        ("torn files", v => v == 0, "0"),
        ("outputs under another pair's name", v => v == 0, "0"),
        ("wrongly held or wrongly not held", v => v == 0, "0"),
    ]);

    private static Outcome? Chaos(int number, string title, IReadOnlyList<(string Words, Func<double, bool> IsMet, string Goal)> rows)
    {
        var report = Path.Combine(Built.Root, "bench", "results", "chaos.md");
        if (!File.Exists(report))
        {
            return null;
        }

        // The module's columns are every other one, after the words.
        var cells = File.ReadLines(report).Where(l => l.StartsWith('|')).Select(l => l.Split('|', StringSplitOptions.TrimEntries)[1..^1])
            .Where(c => c.Length > 1).GroupBy(c => c[0]).ToDictionary(g => g.Key, g => g.First());
        return new Outcome(number, title, [.. rows.Where(r => cells.ContainsKey(r.Words)).Select(r =>
        {
            var (ours, theirs) = (Cells(cells[r.Words], 1), Cells(cells[r.Words], 2));
            return new Finding(r.Words.Trim('*'), r.Goal, $"{string.Join(", ", ours)}; fal-js {string.Join(", ", theirs)}", "",
                r.Goal.Length == 0 ? null : ours.All(c => r.IsMet(double.Parse(c, NumberStyles.Number, CultureInfo.InvariantCulture))));
        })],
        number == 8 ? "Rows 8 and 9 are measured by a program of its own: [chaos.md](chaos.md), three scenarios with faults and kills at once. The store's reading time is in [store.md](store.md).\n" : "");
    }

    private static IReadOnlyList<string> Cells(string[] row, int first) => [.. row.Where((_, i) => i >= first && (i - first) % 2 == 0)];
}
