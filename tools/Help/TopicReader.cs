using Markdig.Syntax;

namespace KlingLipSync.Help;

/// <summary>Reads a topic of the fixed shape and tells where it leaves that shape.</summary>
internal static class TopicReader
{
    public const string Prefix = "about_";

    private const string ShortDescription = "SHORT DESCRIPTION", LongDescription = "LONG DESCRIPTION", SeeAlso = "SEE ALSO";

    /// <summary>What fits into one line of a terminal: Get-Help's list of topics shows no more than a line.</summary>
    private const int LongestShort = TopicText.Width - TopicText.Indent;

    public static TopicPage Read(MarkdownFile file, Faults faults)
    {
        var name = Path.GetFileNameWithoutExtension(file.Path);
        if (file.Title != name)
        {
            faults.Add(file.Path, 1, $"The topic begins with '# {name}'.");
        }

        if (file.Sections.Select(s => s.Title).ToList() is not [ShortDescription, LongDescription, .., SeeAlso])
        {
            faults.Add(file.Path, 1, $"The sections are {ShortDescription}, {LongDescription}, any others, and {SeeAlso} at the end.");
        }

        foreach (var empty in file.Sections.Where(s => s.Blocks.Count == 0 && s.Entries.Count == 0))
        {
            faults.Add(file.Path, empty.Line, $"{empty.Title} has no text.");
        }

        CheckLinks(file, faults);
        return new TopicPage(file, name, Short(file, faults), file.Sections);
    }

    private static string Short(MarkdownFile file, Faults faults)
    {
        if (file.Section(ShortDescription) is not { Blocks: [ParagraphBlock paragraph], Entries: [], Line: var line })
        {
            faults.Add(file.Path, file.Section(ShortDescription)?.Line ?? 1, "The short description is one paragraph.");
            return "";
        }

        var text = PlainText.Of(paragraph, file, faults);
        if (text.Length > LongestShort)
        {
            faults.Add(file.Path, line, $"The short description has {text.Length} characters; {LongestShort} fit into its line.");
        }

        return text;
    }

    private static void CheckLinks(MarkdownFile file, Faults faults)
    {
        foreach (var block in file.Section(SeeAlso)?.Blocks ?? [])
        {
            if (block is not ListBlock list)
            {
                faults.Add(file.Path, block.Line + 1, $"{SeeAlso} is a list.");
                continue;
            }

            foreach (var item in list.Cast<ListItemBlock>().Where(i => !PlainText.IsLink(i)))
            {
                faults.Add(file.Path, item.Line + 1, $"What stands in {SeeAlso} is one link.");
            }
        }
    }
}
