namespace KlingLipSync.Help;

/// <summary>
/// The folder of pages: one file a command, named after it; one file an about topic; and files that pages borrow from.
/// </summary>
internal sealed record PageFolder(string Path, IReadOnlyDictionary<string, HelpPage> Pages, IReadOnlyList<TopicPage> Topics)
{
    public static PageFolder Read(string folder, Faults faults)
    {
        var path = System.IO.Path.GetFullPath(folder);
        var files = Directory.EnumerateFiles(path, "*.md").Order(StringComparer.Ordinal)
            .ToDictionary(f => System.IO.Path.GetFileName(f), f => MarkdownFile.Read(f, faults));
        var reader = new PageReader(files, faults);
        return new PageFolder(path,
            files.Where(f => f.Key.Contains('-')).Select(f => reader.Read(f.Value)).ToDictionary(p => p.Name),
            [.. files.Where(f => f.Key.StartsWith(TopicReader.Prefix, StringComparison.Ordinal)).Select(f => TopicReader.Read(f.Value, faults))]);
    }
}
