using System.Globalization;
using KlingLipSync.Media;

namespace KlingLipSync.Commands;

/// <summary>Keeps the warnings of ten thousand pairs readable: of one rule the first few, then how many more there are.</summary>
internal sealed class FindingWarnings(Action<string> warn)
{
    private const int ShownOfOneRule = 10;

    private readonly Dictionary<string, int> seen = new(StringComparer.Ordinal);

    public void Add(MediaFinding finding)
    {
        var count = seen[finding.Rule] = seen.GetValueOrDefault(finding.Rule) + 1;
        if (count <= ShownOfOneRule)
        {
            warn(finding.Message);
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
