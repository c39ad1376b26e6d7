using System.Text.RegularExpressions;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Conventions;

/// <summary>docs/conventions.md names every convention once, and for each that is kept a test. That those tests ran is seen by tests/conventions.sh.</summary>
public sealed partial class ConventionsPageTests
{
    private const int Conventions = 70;

    private static readonly string[] Marks = ["kept", "not applicable", "departed from"];

    private static readonly List<Row> Rows = [.. File.ReadLines(Path.Combine(ModuleUnderTest.Repository, "docs", "conventions.md"))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && char.IsDigit(line[2]))
        .Select(line => line.Trim('|', ' ').Split(" | ", StringSplitOptions.TrimEntries))
        .Select(cells => cells is [var number, var convention, var mark, var proof] ? new Row(int.Parse(number), convention, mark, proof) : throw new FormatException(string.Join(" | ", cells)))];

    [Fact]
    public void Each_convention_is_there_once_and_in_order() =>
        Assert.Equal(Enumerable.Range(1, Conventions), Rows.Select(r => r.Number));

    [Fact]
    public void Each_says_what_it_asks_for_and_whether_that_is_kept() => Assert.All(Rows, row =>
    {
        Assert.True(row.Convention.Length >= 20, $"{row.Number}");
        Assert.True(Marks.Contains(row.Mark), $"{row.Number} is '{row.Mark}'.");
    });

    [Fact]
    public void What_is_kept_names_a_test_and_what_is_not_gives_a_reason() => Assert.All(Rows, row =>
    {
        Assert.True(row.Mark != "kept" || Tests(row).Count > 0, $"{row.Number} names no test.");
        Assert.True(row.Mark == "kept" || Code().Replace(row.Proof, "").Trim().Length >= 30, $"{row.Number} gives no reason.");
    });

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var (xunit, pester) = (KnownTests.OfXunit(ModuleUnderTest.Repository), KnownTests.OfPester(ModuleUnderTest.Repository));

        // This very test is one of them, so that the reading itself is proven.
        Assert.Contains("Commands.Conventions.ConventionsPageTests.Every_test_that_is_named_exists", xunit);
        Assert.Contains("The module.has exactly its commands", pester);
        Assert.All(Rows, row => Assert.All(Tests(row), test =>
            Assert.True(test.StartsWith(PesterMark, StringComparison.Ordinal) ? pester.Contains(test[PesterMark.Length..]) : xunit.Contains(test), $"{row.Number} names {test}, which is no test.")));
    }

    private const string PesterMark = "Pester: ";

    private static List<string> Tests(Row row) => [.. Code().Matches(row.Proof).Select(m => m.Groups[1].Value).Where(t => TestName().IsMatch(t))];

    private sealed record Row(int Number, string Convention, string Mark, string Proof);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^(Pester: |(Commands|Unit|Promises)\.)")]
    private static partial Regex TestName();
}
