using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>The page for readers says what the table says.</summary>
public partial class RetriesPageTests
{
    private static readonly Dictionary<string, FalFailureKind> Words = new()
    {
        ["no connection"] = FalFailureKind.Unreachable,
        ["no answer in time"] = FalFailureKind.TimedOut,
        ["broken connection"] = FalFailureKind.Broken,
        ["429"] = FalFailureKind.RateLimited,
        ["5xx"] = FalFailureKind.Server,
        ["401"] = FalFailureKind.Unauthorized,
        ["403"] = FalFailureKind.Locked,
        ["404"] = FalFailureKind.NotFound,
        ["another 4xx"] = FalFailureKind.Refused,
        ["not fal's"] = FalFailureKind.NotFal,
    };

    private static readonly string Page = File.ReadAllText(Path.Combine(
        typeof(RetriesPageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Docs").Value!,
        "retries.md"));

    [Fact]
    public void Every_row_is_that_of_the_table()
    {
        var rules = Enum.GetValues<FalRoute>().Where(route => route != FalRoute.Submit).ToDictionary(route => route.ToString(), FalRetryRules.For);
        rules.Add(nameof(FalRetryRules.Undelivered), FalRetryRules.Undelivered);
        rules.Add(nameof(FalRetryRules.Throttled), FalRetryRules.Throttled);

        var rows = Rows().Matches(Page).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value.Split('|', StringSplitOptions.TrimEntries));

        Assert.Equal(rules.Keys.Order(), rows.Keys.Order());
        Assert.All(rules, rule => Assert.Equal(Text(rule.Value), string.Join(" | ", Ordered(rows[rule.Key]))));
    }

    [Fact]
    public void So_are_the_limits_in_its_text()
    {
        var text = Regex.Replace(Page, @"\s+", " ");
        Assert.Contains($"at most {FalRetryRules.RetryAfterCap.TotalSeconds} s", text, StringComparison.Ordinal);
        Assert.Contains($"and {FalRetryRules.LongestRun.TotalMinutes} minutes more for the run", text, StringComparison.Ordinal);
        Assert.Contains($"may take {FalRetryRules.ConnectDeadline.TotalSeconds} s to come up, or {FalRetryRules.BackedUpConnectDeadline.TotalSeconds} s", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_paid_request_has_no_rule_by_its_route() => Assert.Throws<KeyNotFoundException>(() => FalRetryRules.For(FalRoute.Submit));

    private static string Text(FalRetryRule rule) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kinds(rule.Retried)} | {rule.Tries} | {rule.FirstDelaySeconds} s | {rule.LongestDelaySeconds} s | {rule.DeadlineSeconds} s");

    private static IEnumerable<string> Ordered(string[] cells) =>
        [Kinds(cells[0] == "nothing" ? [] : cells[0].Split(", ").Select(word => Words[word])), .. cells[1..]];

    private static string Kinds(IEnumerable<FalFailureKind> kinds) => string.Join(", ", kinds.Order());

    [GeneratedRegex(@"^\| `([A-Za-z]+)`[^|]*\|(.+)\|\r?$", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
