using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Help;

/// <summary>The about topics: that Get-Help finds them, that they are whole, and that what they name is there.</summary>
public sealed partial class TopicTests
{
    private const int Width = 80;

    private static readonly string[] Sources = [.. Directory.EnumerateFiles(ModuleUnderTest.HelpPages, "about_*.md").Order(StringComparer.Ordinal)];

    private static readonly string[] Names = [.. Sources.Select(f => Path.GetFileNameWithoutExtension(f))];

    [Fact]
    public async Task There_is_one_for_each_thing_that_needs_the_long_story()
    {
        using var session = new ModuleSession();

        Assert.Superset(
            new HashSet<string>(["", "_Jobs", "_Cost", "_Errors", "_Authentication", "_Automation"]).Select(n => "about_KlingLipSync" + n).ToHashSet(),
            Names.ToHashSet());
        foreach (var name in Names)
        {
            var help = (await session.RunAsync($"Get-Help {name}")).CleanOne().ToString();

            Assert.StartsWith($"TOPIC\n    {name}\n\nSHORT DESCRIPTION\n    ", help);
            Assert.Contains("\n\nLONG DESCRIPTION\n    ", help);
            Assert.Contains("\n\nSEE ALSO\n    - ", help);
        }
    }

    [Fact]
    public async Task The_list_of_topics_has_each_with_its_whole_short_description()
    {
        using var session = new ModuleSession();

        var listed = (await session.RunAsync("Get-Help about_KlingLipSync*")).Clean().ToDictionary(t => t.Text("Name"), t => t.Text("Synopsis"));

        Assert.Equal(Names, listed.Keys.Order(StringComparer.Ordinal));
        Assert.All(Sources, f => Assert.Equal(
            Tick().Replace(ShortDescription().Match(Read(f)).Groups[1].Value.ReplaceLineEndings(" "), ""), listed[Path.GetFileNameWithoutExtension(f)]));
    }

    [Fact]
    public void Prose_keeps_to_the_width_of_a_terminal() => Assert.All(Shipped(), file =>
    {
        // Code stands as it is pasted; one long word is left whole.
        var wide = File.ReadAllLines(file).Where(l => l.Length > Width && !Code().IsMatch(l) && l.Trim().Contains(' ')).ToList();
        Assert.True(wide.Count == 0, $"{Path.GetFileName(file)}: {string.Join('\n', wide)}");
    });

    [Fact]
    public void Nothing_is_left_to_be_filled_in() => Assert.All(
        Directory.EnumerateFiles(ModuleUnderTest.HelpPages, "*.md").Append(Index),
        file => Assert.DoesNotMatch(Placeholder(), File.ReadAllText(file)));

    [Fact]
    public async Task Every_topic_and_command_that_is_named_is_there()
    {
        using var session = new ModuleSession();
        var commands = (await HelpObjects.CommandsAsync(session)).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(ModuleUnderTest.HelpPages, "*.md").Append(Index))
        {
            var text = File.ReadAllText(file);

            Assert.All(Topic().Matches(text), m => Assert.Contains(m.Value, Names));
            Assert.All(Command().Matches(text), m => Assert.True(commands.Contains(m.Value), $"{Path.GetFileName(file)} names {m.Value}, which is no command."));
        }
    }

    [Fact]
    public void Every_topic_is_led_to_by_the_overview_by_another_topic_and_by_a_command()
    {
        var overview = SeeAlso(Sources.Single(f => Path.GetFileName(f) == "about_KlingLipSync.md"));
        var others = Sources.SelectMany(f => SeeAlso(f).Where(n => n != Path.GetFileNameWithoutExtension(f))).ToHashSet();
        var pages = string.Concat(Directory.EnumerateFiles(ModuleUnderTest.HelpPages, "*-*.md").Select(File.ReadAllText));
        foreach (var name in Names)
        {
            Assert.True(name == "about_KlingLipSync" || overview.Contains(name), $"The overview does not lead to {name}.");
            Assert.Contains(name, others);
            Assert.Contains($"({name}.md)", pages);
        }
    }

    [Fact]
    public async Task The_overview_has_every_command()
    {
        using var session = new ModuleSession();
        var overview = Read(Sources.Single(f => Path.GetFileName(f) == "about_KlingLipSync.md"));

        foreach (var command in await HelpObjects.CommandsAsync(session))
        {
            Assert.Contains($"`{command.Name}`", overview);
        }
    }

    [Fact]
    public async Task Code_parses_and_names_only_parameters_that_are_there_and_whole()
    {
        using var session = new ModuleSession();
        var known = (await HelpObjects.CommandsAsync(session)).ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var (file, code) in Sources.SelectMany(f => CodeIn(f).Select(c => (Path.GetFileName(f), c))))
        {
            var script = Parser.ParseInput(code, out _, out var errors);
            Assert.True(errors.Length == 0, $"{file}: {string.Join(' ', errors.Select(e => e.Message))}");
            foreach (var call in script.FindAll(a => a is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
            {
                if (call.GetCommandName() is not { } name || !known.TryGetValue(name, out var command))
                {
                    continue;
                }

                foreach (var parameter in call.CommandElements.OfType<CommandParameterAst>())
                {
                    // Throws on a name that is unknown or could mean two.
                    Assert.Equal($"{file}: -{command.ResolveParameter(parameter.ParameterName).Name}", $"{file}: -{parameter.ParameterName}");
                }
            }
        }
    }

    [Fact]
    public async Task The_index_on_the_web_names_every_page_with_one_line()
    {
        using var session = new ModuleSession();
        var index = File.ReadAllLines(Index);
        foreach (var page in (await HelpObjects.CommandsAsync(session)).Select(c => c.Name).Concat(Names))
        {
            Assert.Single(index, l => l.StartsWith($"- [{page}](en-US/{page}.md): ", StringComparison.Ordinal) && l.EndsWith('.'));
        }
    }

    [Fact]
    public void The_index_leads_nowhere_else_than_to_files_that_are_there() =>
        Assert.All(Link().Matches(File.ReadAllText(Index)), m => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(Index)!, m.Groups[1].Value)), m.Value));

    private static string Index => Path.Combine(ModuleUnderTest.HelpPages, "..", "README.md");

    private static IEnumerable<string> Shipped() => Directory.EnumerateFiles(Path.Combine(ModuleUnderTest.Folder, "en-US"), "about_*.help.txt");

    private static string Read(string file) => File.ReadAllText(file).ReplaceLineEndings("\n");

    private static List<string> SeeAlso(string file) => [.. Topic().Matches(Read(file).Split("\n## SEE ALSO\n")[1]).Select(m => m.Value).Distinct()];

    private static IEnumerable<string> CodeIn(string file) => PowerShellBlock().Matches(Read(file)).Select(m => m.Groups[1].Value);

    [GeneratedRegex(@"## SHORT DESCRIPTION\n\n(.+?)\n\n", RegexOptions.Singleline)]
    private static partial Regex ShortDescription();

    [GeneratedRegex("`")]
    private static partial Regex Tick();

    [GeneratedRegex("^ {8}")]
    private static partial Regex Code();

    // What platyPS leaves to be filled in; a workflow's ${{ }} is none of it.
    [GeneratedRegex(@"(?<!\$)\{\{|\bTODO\b|\bTBD\b|\bFIXME\b|Fill in|\bLorem\b", RegexOptions.IgnoreCase)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\babout_\w+")]
    private static partial Regex Topic();

    [GeneratedRegex(@"\b[A-Z][a-z]+-KlingLipSync\w*")]
    private static partial Regex Command();

    [GeneratedRegex(@"```powershell\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex PowerShellBlock();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();
}
