namespace KlingLipSync.Bench.Chaos;

/// <summary>What the comparison of the ledger with the folder of results came to.</summary>
public sealed class Verdict
{
    private const int MostExamples = 20;

    private readonly Dictionary<string, int> counts = [];
    private readonly List<string> findings = [];

    /// <summary>Pairs, those that came in later included.</summary>
    public int Pairs { get; init; }

    /// <summary>Clips that came in later, so that absence could be proven.</summary>
    public int Further { get; init; }

    /// <summary>Submissions that fal accepted.</summary>
    public int Accepted { get; init; }

    /// <summary>What fal billed, in USD.</summary>
    public decimal Billed { get; init; }

    /// <summary>What all pairs cost once, in USD.</summary>
    public decimal Price { get; init; }

    /// <summary>Runs of the command, those that were killed or stopped for a while included.</summary>
    public int Runs { get; init; }

    /// <summary>Runs that were killed.</summary>
    public int Killed { get; init; }

    /// <summary>Runs that were stopped for a while.</summary>
    public int Stopped { get; init; }

    /// <summary>How long all of it took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Examples of what was found, in words.</summary>
    public IReadOnlyList<string> Findings => findings;

    /// <summary>Whether nothing was found.</summary>
    public bool IsClean => counts.Values.All(c => c == 0);

    /// <summary>How often a rule was broken.</summary>
    public int this[Rule rule] => counts.GetValueOrDefault(rule.ToString());

    internal Trail Trail { get; init; } = new();

    internal void Break(Rule rule, string words)
    {
        counts[rule.ToString()] = this[rule] + 1;
        if (this[rule] <= MostExamples)
        {
            findings.Add($"{rule}: {words}");
        }
    }
}
