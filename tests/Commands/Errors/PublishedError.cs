using System.Text.RegularExpressions;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Errors;

/// <summary>An entry of the catalogue as users read it, in the topic about errors. The build holds that page against the code.</summary>
internal sealed partial record PublishedError(string Id, string Category, string Target, string Meaning, string Action)
{
    public static IReadOnlyDictionary<string, PublishedError> All { get; } =
        Entry().Matches(File.ReadAllText(Path.Combine(ModuleUnderTest.HelpPages, "about_KlingLipSync_Errors.md")).ReplaceLineEndings("\n"))
            .Select(m => new PublishedError(m.Groups[1].Value, m.Groups[2].Value, Plain(m.Groups[3]), Plain(m.Groups[4]), Plain(m.Groups[5])))
            .ToDictionary(e => e.Id);

    private static string Plain(Group text) => Escape().Replace(text.Value, "$1");

    [GeneratedRegex(@"### (\w+)\n\n- Category: (\w+)\n- Target: (.+)\n- Meaning: (.+)\n- What to do: (.+)\n")]
    private static partial Regex Entry();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
