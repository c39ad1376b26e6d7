namespace KlingLipSync.Help;

/// <summary>What is wrong with the pages. Collected, so that one build tells all of it.</summary>
internal sealed class Faults
{
    private readonly List<(string File, int Line, string Text)> all = [];

    public bool Any => all.Count > 0;

    /// <param name="file">The full path of the page.</param>
    /// <param name="line">Its line, the first being 1.</param>
    /// <param name="text">What is wrong, and what is wanted.</param>
    public void Add(string file, int line, string text) => all.Add((file, line, text));

    /// <summary>One line a fault, in the form that MSBuild turns into an error with a place.</summary>
    public void Print(TextWriter writer)
    {
        foreach (var (file, line, text) in all.OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line))
        {
            writer.WriteLine($"{file}({line}): error HELP: {text}");
        }
    }
}
