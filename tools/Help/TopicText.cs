using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace KlingLipSync.Help;

/// <summary>A topic as the file that Get-Help shows: plain text of 80 columns, code and entries set in.</summary>
internal sealed class TopicText
{
    public const int Width = 80, Indent = 4;

    /// <summary>Less than this is no column to read text in.</summary>
    private const int LeastColumn = 30;

    private readonly StringBuilder text = new();
    private readonly MarkdownFile file;
    private readonly Faults faults;

    private TopicText(MarkdownFile file, Faults faults) => (this.file, this.faults) = (file, faults);

    /// <summary>The whole file. Get-Help takes its fifth line for the topic's synopsis.</summary>
    public static string Of(TopicPage topic, Faults faults)
    {
        var writer = new TopicText(topic.File, faults);
        writer.text.Append("TOPIC\n").Append(' ', Indent).Append(topic.Name).Append('\n');
        foreach (var section in topic.Sections)
        {
            writer.text.Append('\n').Append(section.Title).Append('\n');
            writer.Blocks(section.Blocks, Indent);
            foreach (var entry in section.Entries)
            {
                writer.Gap();
                writer.text.Append(' ', Indent).Append(entry.Title).Append('\n');
                writer.Blocks(entry.Blocks, 2 * Indent);
            }
        }

        return writer.text.ToString();
    }

    private void Blocks(IReadOnlyList<Block> blocks, int indent)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            if (i > 0)
            {
                Gap();
            }

            Add(blocks[i], indent);
        }
    }

    private void Gap()
    {
        // Under a heading text begins at once.
        if (text.ToString(text.Length - 2, 2) != "\n\n")
        {
            text.Append('\n');
        }
    }

    private void Add(Block block, int indent)
    {
        switch (block)
        {
            case ParagraphBlock paragraph:
                Wrapped(PlainText.Of(paragraph, file, faults), "", indent);
                break;
            case ListBlock list:
                foreach (var item in list.Cast<ListItemBlock>())
                {
                    Item(item, list.IsOrdered ? $"{item.Order}. " : "- ", indent);
                }

                break;
            case CodeBlock code:
                foreach (var line in code.Lines.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
                {
                    text.Append(line.Length > 0 ? new string(' ', indent + Indent) + line : "").Append('\n');
                }

                break;
            case Table table:
                Add(table, indent);
                break;
            case LinkReferenceDefinitionGroup:
                break;
            default:
                faults.Add(file.Path, block.Line + 1, "A topic has paragraphs, lists, tables and code.");
                break;
        }
    }

    private void Item(ListItemBlock item, string mark, int indent)
    {
        if (item.FirstOrDefault() is not ParagraphBlock first)
        {
            faults.Add(file.Path, item.Line + 1, "A list item begins with a paragraph.");
            return;
        }

        Wrapped(PlainText.Of(first, file, faults), mark, indent);
        foreach (var block in item.Skip(1))
        {
            Add(block, indent + mark.Length);
        }
    }

    /// <summary>In columns where the last one is wide enough; else each row as an item.</summary>
    private void Add(Table table, int indent)
    {
        var rows = table.Cast<TableRow>()
            .Select(r => r.Cast<TableCell>().Select(c => string.Join(' ', PlainText.Of(c, file, faults))).ToArray()).ToList();
        var columns = rows.Max(r => r.Length);
        var widths = Enumerable.Range(0, columns - 1).Select(c => rows.Max(r => r.ElementAtOrDefault(c)?.Length ?? 0) + 2).ToList();
        if (Width - indent - widths.Sum() < LeastColumn)
        {
            foreach (var row in rows.Skip(1))
            {
                Wrapped($"{row[0]}: {string.Join("; ", row.Skip(1).Where(c => c.Length > 0))}", "- ", indent);
            }

            return;
        }

        // The first row is the head.
        rows.Insert(1, [.. widths.Select(w => new string('-', w - 2)), new string('-', rows[0][^1].Length)]);
        foreach (var row in rows)
        {
            Wrapped(row[^1], string.Concat(row.SkipLast(1).Select((cell, c) => cell.PadRight(widths[c]))), indent);
        }
    }

    /// <summary>A mark, and beside it text in lines that keep to the width.</summary>
    private void Wrapped(string words, string mark, int indent)
    {
        var line = new StringBuilder().Append(' ', indent).Append(mark);
        var (left, isEmpty) = (indent + mark.Length, true);
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                line.Clear().Append(' ', left);
                isEmpty = true;
            }

            line.Append(isEmpty ? "" : " ").Append(word);
            isEmpty = false;
        }

        text.Append(line.ToString().TrimEnd()).Append('\n');
    }
}
