using System.Text.RegularExpressions;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace KlingLipSync.Help;

/// <summary>Reads a page of the fixed shape and tells where it leaves that shape.</summary>
/// <param name="files">All files of the folder by name: a parameter's prose may stand in another one.</param>
/// <param name="faults">Takes what is wrong.</param>
internal sealed partial class PageReader(IReadOnlyDictionary<string, MarkdownFile> files, Faults faults)
{
    private const string Parameters = "PARAMETERS";

    private static readonly string[] Shape =
        ["SYNOPSIS", "DESCRIPTION", "EXAMPLES", Parameters, "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    public HelpPage Read(MarkdownFile file)
    {
        var name = Path.GetFileNameWithoutExtension(file.Path);
        if (file.Title != name)
        {
            faults.Add(file.Path, 1, $"The page begins with '# {name}'.");
        }

        if (!file.Sections.Select(s => s.Title).SequenceEqual(Shape))
        {
            faults.Add(file.Path, 1, $"The sections are {string.Join(", ", Shape)}, in this order.");
        }

        return new HelpPage(file.Path, name)
        {
            Synopsis = Synopsis(file),
            Description = Prose(file, "DESCRIPTION"),
            ExamplesLine = Line(file, "EXAMPLES"),
            Examples = Examples(file),
            ParametersLine = Line(file, Parameters),
            Parameters = [.. Entries(file, Parameters).Select(e => Parameter(e, file))],
            InputsLine = Line(file, "INPUTS"),
            Inputs = [.. Entries(file, "INPUTS").Select(e => Typed(e, file))],
            OutputsLine = Line(file, "OUTPUTS"),
            Outputs = [.. Entries(file, "OUTPUTS").Select(e => Typed(e, file))],
            Notes = Prose(file, "NOTES"),
            Links = Links(file),
        };
    }

    private static int Line(MarkdownFile file, string section) => file.Section(section)?.Line ?? 1;

    private string Synopsis(MarkdownFile file)
    {
        var text = Prose(file, "SYNOPSIS");
        if (text.Count != 1)
        {
            faults.Add(file.Path, Line(file, "SYNOPSIS"), "The synopsis is one paragraph.");
        }

        return text.FirstOrDefault("");
    }

    private List<string> Prose(MarkdownFile file, string title)
    {
        if (file.Section(title) is not { } section)
        {
            return [];
        }

        foreach (var entry in section.Entries)
        {
            faults.Add(file.Path, entry.Line, $"{title} has no ### headings.");
        }

        return Filled(PlainText.Of(section.Blocks, file, faults), file, section.Line, title);
    }

    private List<string> Filled(List<string> text, MarkdownFile file, int line, string what)
    {
        if (!text.Exists(t => t.Length > 0))
        {
            faults.Add(file.Path, line, $"{what} has no text.");
        }

        return text;
    }

    private List<Entry> Entries(MarkdownFile file, string title)
    {
        if (file.Section(title) is not { } section)
        {
            return [];
        }

        foreach (var block in section.Blocks)
        {
            faults.Add(file.Path, block.Line + 1, $"In {title} text belongs under a ### heading.");
        }

        foreach (var twice in section.Entries.GroupBy(e => e.Title, StringComparer.OrdinalIgnoreCase).SelectMany(g => g.Skip(1)))
        {
            faults.Add(file.Path, twice.Line, $"'{twice.Title}' stands here twice.");
        }

        return section.Entries;
    }

    private List<HelpExample> Examples(MarkdownFile file)
    {
        var examples = new List<HelpExample>();
        foreach (var entry in Entries(file, "EXAMPLES"))
        {
            var wanted = $"Example {examples.Count + 1}: ";
            if (!entry.Title.StartsWith(wanted, StringComparison.Ordinal))
            {
                faults.Add(file.Path, entry.Line, $"This heading is '### {wanted}<title>'.");
            }

            if (entry.Blocks is not [FencedCodeBlock { Info: "powershell" } code, ..] || entry.Blocks.Skip(1).Any(b => b is CodeBlock))
            {
                faults.Add(file.Path, entry.Line, "An example is one ```powershell block and then a remark.");
                continue;
            }

            var remarks = Filled(PlainText.Of(entry.Blocks.Skip(1), file, faults), file, entry.Line, "The example's remark");
            examples.Add(new HelpExample(entry.Title, code.Lines.ToString().ReplaceLineEndings("\n").Trim(), remarks));
        }

        return examples;
    }

    private HelpEntry Parameter(Entry entry, MarkdownFile file)
    {
        if (!entry.Title.StartsWith('-'))
        {
            faults.Add(file.Path, entry.Line, "A parameter's heading is '### -Name'.");
        }

        var (prose, source) = Borrowed(entry, file) ?? (entry, file);
        return new HelpEntry(entry.Title.TrimStart('-'), entry.Line,
            Filled(PlainText.Of(prose.Blocks, source, faults), source, prose.Line, entry.Title));
    }

    /// <summary>Where the whole prose is "See [...](File.md#-name).", the entry of that name in that file.</summary>
    private (Entry, MarkdownFile)? Borrowed(Entry entry, MarkdownFile file)
    {
        if (entry.Blocks is not [ParagraphBlock { Inline: { } inline }]
            || inline.ToList() is not [LiteralInline see, LinkInline { Url: { } url }, LiteralInline dot]
            || see.ToString() != "See " || dot.ToString() != "."
            || Anchor().Match(url) is not { Success: true } match)
        {
            return null;
        }

        if (files.TryGetValue(match.Groups["file"].Value, out var other)
            && other.Section(Parameters)?.Entries.Find(e => e.Title.Equals(match.Groups["name"].Value, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            return (found, other);
        }

        faults.Add(file.Path, entry.Line, $"'{url}' names no parameter of another page.");
        return null;
    }

    private HelpEntry Typed(Entry entry, MarkdownFile file) =>
        new(entry.Title, entry.Line, Filled(PlainText.Of(entry.Blocks, file, faults), file, entry.Line, entry.Title));

    /// <summary>
    /// The links. An address on the web is not for here: Get-Help -Online goes to the first of them, which is the command's own page.
    /// </summary>
    private List<HelpLink> Links(MarkdownFile file)
    {
        const string title = "RELATED LINKS";
        var links = new List<HelpLink>();
        foreach (var block in file.Section(title)?.Blocks ?? [])
        {
            if (block is not ListBlock list)
            {
                faults.Add(file.Path, block.Line + 1, $"{title} is a list.");
                continue;
            }

            foreach (var item in list.Cast<ListItemBlock>())
            {
                if (item is [ParagraphBlock { Inline: { } inline } paragraph] && inline.ToList() is [LinkInline { Url: { } url }] && !url.Contains("://", StringComparison.Ordinal))
                {
                    links.Add(new HelpLink(PlainText.Of(paragraph, file, faults), url));
                }
                else
                {
                    faults.Add(file.Path, item.Line + 1, "A related link is one link to a file of this repository.");
                }
            }
        }

        if (links.Count == 0)
        {
            faults.Add(file.Path, Line(file, title), $"{title} has no text.");
        }

        return links;
    }

    [GeneratedRegex(@"^(?<file>[\w-]+\.md)#(?<name>-\w+)$")]
    private static partial Regex Anchor();
}
