using System.Text;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace KlingLipSync.Help;

/// <summary>Markdown as a terminal shows it: no marks, one string a paragraph or list item.</summary>
internal static class PlainText
{
    public static string Of(LeafBlock block, MarkdownFile file, Faults faults)
    {
        var text = new StringBuilder();
        Append(text, block.Inline, file, block.Line + 1, faults);
        return text.ToString().Trim();
    }

    /// <summary>Whether a list's item is one link and nothing else.</summary>
    public static bool IsLink(ListItemBlock item) => item is [ParagraphBlock { Inline: { } inline }] && inline.ToList() is [LinkInline { IsImage: false }];

    public static List<string> Of(IEnumerable<Block> blocks, MarkdownFile file, Faults faults)
    {
        var paragraphs = new List<string>();
        foreach (var block in blocks)
        {
            switch (block)
            {
                case ParagraphBlock paragraph:
                    paragraphs.Add(Of(paragraph, file, faults));
                    break;
                case ListBlock list:
                    paragraphs.AddRange(Items(list, file, faults));
                    break;
                case LinkReferenceDefinitionGroup:
                    break;
                default:
                    faults.Add(file.Path, block.Line + 1, "Only paragraphs and lists are shown by Get-Help.");
                    break;
            }
        }

        return paragraphs;
    }

    private static IEnumerable<string> Items(ListBlock list, MarkdownFile file, Faults faults)
    {
        foreach (var item in list.Cast<ListItemBlock>())
        {
            if (item is not [ParagraphBlock paragraph])
            {
                faults.Add(file.Path, item.Line + 1, "A list item is one paragraph.");
                continue;
            }

            var mark = list.IsOrdered ? $"{item.Order}." : "-";
            yield return $"{mark} {Of(paragraph, file, faults)}";
        }
    }

    private static void Append(StringBuilder text, ContainerInline? inlines, MarkdownFile file, int line, Faults faults)
    {
        foreach (var inline in inlines ?? [])
        {
            switch (inline)
            {
                case LiteralInline literal:
                    text.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    text.Append(code.Content);
                    break;
                case LineBreakInline:
                    text.Append(' ');
                    break;
                case AutolinkInline auto:
                    text.Append(auto.Url);
                    break;
                case HtmlEntityInline entity:
                    text.Append(entity.Transcoded.AsSpan());
                    break;
                case LinkInline { IsImage: false } link:
                    Append(text, link, file, line, faults);
                    AppendAddress(text, link, file, line, faults);
                    break;
                case EmphasisInline emphasis:
                    Append(text, emphasis, file, line, faults);
                    break;
                default:
                    faults.Add(file.Path, inline.Line + 1, "Get-Help shows no HTML and no images.");
                    break;
            }
        }
    }

    /// <summary>An address on the web is shown; a file of the repository is only checked, a terminal cannot go there.</summary>
    private static void AppendAddress(StringBuilder text, LinkInline link, MarkdownFile file, int line, Faults faults)
    {
        var url = link.Url ?? "";
        if (url.StartsWith("https://", StringComparison.Ordinal) || url.StartsWith("http://", StringComparison.Ordinal))
        {
            text.Append(" (").Append(url).Append(')');
            return;
        }

        var (name, place) = url.Split('#', 2) is [var before, var after] ? (before, after) : (url, null);
        var target = name.Length > 0 ? Path.Combine(Path.GetDirectoryName(file.Path)!, name) : file.Path;
        if (!File.Exists(target))
        {
            faults.Add(file.Path, line, $"The link's file '{url}' does not exist.");
        }
        else if (place is not null && !File.ReadLines(target).Any(l => l.StartsWith('#') && Slug(l) == place))
        {
            faults.Add(file.Path, line, $"The link's heading '{url}' does not exist.");
        }
    }

    /// <summary>The name by which the web finds a heading.</summary>
    private static string Slug(string heading) =>
        string.Concat(heading.TrimStart('#').Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
}
