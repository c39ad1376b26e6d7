using System.Globalization;

namespace KlingLipSync.Commands;

/// <summary>Keeps the warnings of ten thousand pairs readable: of one rule the first few, then how many more there are.</summary>
internal sealed class FindingWarnings(Action<string> warn)
{
    private const int ShownOfOneRule = 10;

    private readonly Dictionary<string, int> seen = new(StringComparer.Ordinal);

    public void Add(string rule, string message)
    {
        var count = seen[rule] = seen.GetValueOrDefault(rule) + 1;
        if (count <= ShownOfOneRule)
        {
            warn(message);
        }
    }

    /// <summary>Says what was not shown.</summary>
    public void Close()
    {
        foreach (var (rule, count) in seen.Where(s => s.Value > ShownOfOneRule))
        {
            warn(string.Create(CultureInfo.InvariantCulture,
                $"{count - ShownOfOneRule} more have the same remark ({rule}). Get-KlingLipSyncMedia -Pair lists them all."));
        }
    }
}
