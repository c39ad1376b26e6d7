using System.Management.Automation;
using System.Management.Automation.Language;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Help;

/// <summary>The examples of Get-Help as scripts. That they run is shown by the Pester tests, in a full PowerShell.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task Every_command_has_three_and_uses_itself_in_each()
    {
        using var session = new ModuleSession();
        foreach (var command in await HelpObjects.CommandsAsync(session))
        {
            var examples = (await HelpObjects.OfAsync(session, command.Name)).Child("examples").Children("example");

            Assert.True(examples.Count >= 3, command.Name);
            Assert.All(examples, e => Assert.Contains(command.Name, CommandsIn(Parse(e)).Select(c => c.GetCommandName())));
            Assert.All(examples, e => Assert.Contains(e.Children("remarks"), r => r.Text("Text").Length > 0));
        }
    }

    [Fact]
    public async Task Each_names_only_commands_and_parameters_that_are_there()
    {
        using var session = new ModuleSession();
        var commands = await HelpObjects.CommandsAsync(session);
        var known = commands.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var command in commands)
        {
            foreach (var call in (await HelpObjects.OfAsync(session, command.Name)).Child("examples").Children("example").SelectMany(e => CommandsIn(Parse(e))))
            {
                if (call.GetCommandName() is not { } name || !name.Contains("LipSync", StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                Assert.True(known.TryGetValue(name, out var called), $"{command.Name}: {call} names no command.");
                foreach (var parameter in call.CommandElements.OfType<CommandParameterAst>())
                {
                    // Throws on a name that is unknown or could mean two.
                    var found = called!.ResolveParameter(parameter.ParameterName);
                    Assert.True(found.Name.Equals(parameter.ParameterName, StringComparison.Ordinal), $"{command.Name}: {call} does not write -{found.Name} out.");
                }
            }
        }
    }

    private static ScriptBlockAst Parse(PSObject example)
    {
        var script = Parser.ParseInput(example.Text("code"), out _, out var errors);
        Assert.True(errors.Length == 0, $"{example.Text("title")}: {string.Join(' ', errors.Select(e => e.Message))}");
        return script;
    }

    private static IEnumerable<CommandAst> CommandsIn(ScriptBlockAst script) => script.FindAll(a => a is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>();
}
