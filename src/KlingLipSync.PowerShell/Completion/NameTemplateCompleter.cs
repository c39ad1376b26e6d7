using System.Management.Automation;
using KlingLipSync.Results;

namespace KlingLipSync.Commands;

/// <summary>Completes name templates: whole ones, or the placeholder that is being typed. The menu shows the name that each makes.</summary>
public sealed class NameTemplateCompleter : LocalCompleter
{
    private static readonly string[] Usual = ["{Name}.lipsync", "{Name}.{AudioName}.lipsync", "{Name}.{Id}", "{Name}.{RequestId}", "{Date} {Name}"];

    private protected override IEnumerable<CompletionResult> Complete(Completion wanted)
    {
        var typed = wanted.Typed;
        var open = typed.LastIndexOf('{');
        var whole = Usual.Where(t => t.GoesOn(typed));
        var parts = open > typed.LastIndexOf('}')
            ? NameTemplate.Placeholders.Where(p => p.GoesOn(typed[(open + 1)..])).Select(p => $"{typed[..open]}{{{p}}}")
            : typed.Length > 0 ? NameTemplate.Placeholders.Select(p => $"{typed}{{{p}}}") : [];
        return whole.Concat(parts).Distinct().Select(t => Offer(t, Example(t)));
    }

    private static string Example(string template)
    {
        try
        {
            return NameTemplate.Parse(template).FileName(new NameParts("anna", "speech", "06bq2k7x9m4c1fzt", "5f2c3f0e-6b0b-4c55-9a3e-0d1f7f7b9c21", DateTimeOffset.UtcNow));
        }
        catch (LipSyncException e)
        {
            return e.Message;
        }
    }
}
