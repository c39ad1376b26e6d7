using System.Collections;
using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace KlingLipSync.Help;

/// <summary>
/// The part of the topic about errors that is the code's own: each id with its category, its target, what it means and what to
/// do. Read from the built commands' catalogue and from the documentation file of the engine; the page only repeats it.
/// </summary>
internal static class ErrorPage
{
    private const string Name = "about_KlingLipSync_Errors.md", Heading = "## THE CATALOGUE\n";

    /// <summary>A page that says something else than the code is a fault, or is put right.</summary>
    public static void Check(string folder, string assembly, bool rewrite, Faults faults)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            faults.Add(path, 1, "The topic about errors is missing.");
            return;
        }

        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        var start = page.IndexOf("\n" + Heading, StringComparison.Ordinal) + 1;
        var end = start == 0 ? -1 : page.IndexOf("\n## ", start + Heading.Length, StringComparison.Ordinal) + 1;
        if (end <= 0)
        {
            faults.Add(path, 1, $"The page has '{Heading.Trim()}' and a section after it.");
            return;
        }

        var wanted = Heading + "\n" + Text(assembly);
        if (page[start..end] == wanted)
        {
            return;
        }

        if (rewrite)
        {
            File.WriteAllText(path, page[..start] + wanted + page[end..]);
            return;
        }

        faults.Add(path, page[..start].Count(c => c == '\n') + 1 + FirstDifference(page[start..end], wanted),
            "This is not the catalogue that the code has. 'dotnet build src/KlingLipSync.PowerShell -p:RewriteErrors=true' writes it.");
    }

    private static string Text(string assembly)
    {
        var meanings = Meanings(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(assembly))!, "KlingLipSync.xml"));
        var text = new StringBuilder();
        foreach (var (id, entry) in Entries(assembly))
        {
            text.Append("### ").Append(id).Append("\n\n")
                .Append("- Category: ").Append(Value(entry, "Category")).Append('\n')
                .Append("- Target: ").Append(Escaped(Value(entry, "Target"))).Append('\n')
                .Append("- Meaning: ").Append(meanings[id]).Append('\n')
                .Append("- What to do: ").Append(Escaped(Value(entry, "Action"))).Append("\n\n");
        }

        return text.ToString();
    }

    /// <summary>In the order in which the ids are declared, which is by subject.</summary>
    private static IEnumerable<(string Id, object Entry)> Entries(string assembly)
    {
        var catalogue = Assembly.LoadFrom(Path.GetFullPath(assembly)).GetType("KlingLipSync.Commands.ErrorCatalogue", throwOnError: true)!;
        var entries = (IDictionary)catalogue.GetProperty("Entries", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
        return entries.Keys.Cast<Enum>().OrderBy(Convert.ToInt32).Select(id => (id.ToString(), entries[id]!));
    }

    private static string Value(object entry, string property) => entry.GetType().GetProperty(property)!.GetValue(entry)!.ToString()!;

    private static Dictionary<string, string> Meanings(string documentation)
    {
        const string field = "F:KlingLipSync.LipSyncError.";
        return XDocument.Load(documentation).Descendants("member")
            .Where(m => m.Attribute("name")!.Value.StartsWith(field, StringComparison.Ordinal))
            .ToDictionary(m => m.Attribute("name")!.Value[field.Length..], m => Prose(m.Element("summary")!));
    }

    private static string Prose(XElement summary) => string.Join(' ', string.Concat(summary.Nodes().Select(n => n switch
    {
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement other => Escaped(other.Attribute("cref")?.Value.Split('.')[^1] ?? other.Value),
        _ => Escaped(((XText)n).Value),
    })).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Escaped(string text) => string.Concat(text.Select(c => c is '<' or '*' or '`' or '[' ? $"\\{c}" : c.ToString()));

    private static int FirstDifference(string told, string wanted) =>
        told.Split('\n').Zip(wanted.Split('\n')).TakeWhile(l => l.First == l.Second).Count();
}
