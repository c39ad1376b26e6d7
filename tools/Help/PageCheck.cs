namespace KlingLipSync.Help;

/// <summary>Whether pages and commands tell of the same things.</summary>
internal static class PageCheck
{
    private const int LeastExamples = 3;

    public static void Check(CommandShape command, PageFolder folder, Faults faults)
    {
        if (!folder.Pages.TryGetValue(command.Name, out var page))
        {
            faults.Add(Path.Combine(folder.Path, command.Name + ".md"), 1, $"The command {command.Name} has no page.");
            return;
        }

        CheckParameters(command, page, faults);
        CheckTypes(command, page, faults);
        if (page.Examples.Count < LeastExamples)
        {
            faults.Add(page.File, page.ExamplesLine, $"{command.Name} has {page.Examples.Count} examples; {LeastExamples} are the least.");
        }
    }

    public static void CheckStrays(PageFolder folder, IReadOnlyList<CommandShape> commands, Faults faults)
    {
        foreach (var page in folder.Pages.Values.Where(p => commands.All(c => c.Name != p.Name)))
        {
            faults.Add(page.File, 1, $"The module has no command {page.Name}.");
        }
    }

    private static void CheckParameters(CommandShape command, HelpPage page, Faults faults)
    {
        var names = command.Parameters.Select(p => p.Name).ToList();
        foreach (var missing in names.Except(page.Parameters.Select(p => p.Name)))
        {
            faults.Add(page.File, page.ParametersLine, $"The parameter -{missing} of {command.Name} is not described.");
        }

        foreach (var stray in page.Parameters.Where(p => !names.Contains(p.Name)))
        {
            faults.Add(page.File, stray.Line, $"{command.Name} has no parameter -{stray.Name}.");
        }
    }

    /// <summary>Outputs are the command's own. Inputs are the types of whole objects; where properties bind, other types may be told of.</summary>
    private static void CheckTypes(CommandShape command, HelpPage page, Faults faults)
    {
        Compare(command.OutputTypes, page.Outputs, page.OutputsLine, mayHaveMore: false);
        Compare(command.PipelineTypes, page.Inputs, page.InputsLine, command.BindsProperties);

        void Compare(IReadOnlyList<string> real, IReadOnlyList<HelpEntry> told, int line, bool mayHaveMore)
        {
            var wanted = real.Count > 0 || mayHaveMore ? real : ["None"];
            if (told.Count == 0 && wanted.Count == 0)
            {
                faults.Add(page.File, line, "Say which objects' properties are bound.");
            }

            foreach (var missing in wanted.Except(told.Select(t => t.Name)))
            {
                faults.Add(page.File, line, $"'### {missing}' is missing.");
            }

            foreach (var stray in told.Where(t => !mayHaveMore && !wanted.Contains(t.Name)))
            {
                faults.Add(page.File, stray.Line, $"'{stray.Name}' is none of the types: {string.Join(", ", wanted)}.");
            }
        }
    }
}
