namespace KlingLipSync.Help;

/// <summary>What one page says, as plain text. Lines are for faults; each list of strings is one string a paragraph.</summary>
internal sealed record HelpPage(string File, string Name)
{
    public string Synopsis { get; init; } = "";

    public IReadOnlyList<string> Description { get; init; } = [];

    public int ExamplesLine { get; init; } = 1;

    public IReadOnlyList<HelpExample> Examples { get; init; } = [];

    public int ParametersLine { get; init; } = 1;

    public IReadOnlyList<HelpEntry> Parameters { get; init; } = [];

    public int InputsLine { get; init; } = 1;

    public IReadOnlyList<HelpEntry> Inputs { get; init; } = [];

    public int OutputsLine { get; init; } = 1;

    public IReadOnlyList<HelpEntry> Outputs { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<HelpLink> Links { get; init; } = [];
}

/// <summary>A parameter (by its name without the dash) or a type, and what is said about it.</summary>
internal sealed record HelpEntry(string Name, int Line, IReadOnlyList<string> Text);

/// <summary>A command line that runs, and what it does.</summary>
internal sealed record HelpExample(string Title, string Code, IReadOnlyList<string> Remarks);

/// <summary>Another page, and where it lies as seen from this one.</summary>
internal sealed record HelpLink(string Text, string File);
