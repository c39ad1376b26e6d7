using Markdig;
using Markdig.Syntax;

namespace KlingLipSync.Help;

/// <summary>A Markdown file cut at its headings: # once, ## for sections, ### for the entries of a section.</summary>
internal sealed class MarkdownFile
{
    // A topic shows tables in columns. In a command's page they are recognised to be refused: as one paragraph they would run into one line.
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePreciseSourceLocation().UsePipeTables().Build();

    private MarkdownFile(string path) => Path = path;

    public string Path { get; }

    /// <summary>The text of the one # heading; empty when there is none.</summary>
    public string Title { get; private set; } = "";

    public List<Section> Sections { get; } = [];

    public Section? Section(string title) => Sections.Find(s => s.Title == title);

    public static MarkdownFile Read(string path, Faults faults)
    {
        var file = new MarkdownFile(path);
        Section? section = null;
        List<Block>? body = null;
        foreach (var block in Markdown.Parse(File.ReadAllText(path), Pipeline))
        {
            var line = block.Line + 1;
            switch (block)
            {
                case HeadingBlock { Level: 1 } heading when file.Title.Length == 0:
                    file.Title = PlainText.Of(heading, file, faults);
                    body = null;
                    break;
                case HeadingBlock { Level: 2 } heading:
                    section = new Section(PlainText.Of(heading, file, faults), line);
                    file.Sections.Add(section);
                    body = section.Blocks;
                    break;
                case HeadingBlock { Level: 3 } heading when section is not null:
                    var entry = new Entry(PlainText.Of(heading, file, faults), line);
                    section.Entries.Add(entry);
                    body = entry.Blocks;
                    break;
                case HeadingBlock:
                    faults.Add(path, line, "Headings are # once, then ## sections, then ### entries.");
                    break;
                case var _ when body is null:
                    faults.Add(path, line, "Text belongs under a ## heading.");
                    break;
                default:
                    body.Add(block);
                    break;
            }
        }

        return file;
    }
}

/// <summary>What stands under a ## heading: its own text, then its entries.</summary>
internal sealed record Section(string Title, int Line)
{
    public List<Block> Blocks { get; } = [];

    public List<Entry> Entries { get; } = [];
}

/// <summary>What stands under a ### heading.</summary>
internal sealed record Entry(string Title, int Line)
{
    public List<Block> Blocks { get; } = [];
}
