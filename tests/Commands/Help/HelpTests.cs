using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Help;

/// <summary>What Get-Help knows of each command, in the real engine.</summary>
public sealed class HelpTests
{
    [Fact]
    public async Task Every_command_is_described_in_full()
    {
        using var session = new ModuleSession();
        foreach (var command in await HelpObjects.CommandsAsync(session))
        {
            var help = await HelpObjects.OfAsync(session, command.Name);

            AssertText(help, "Synopsis", command.Name);
            AssertTexts(help.Children("description"), $"{command.Name}: description");
            AssertTexts(help.Child("alertSet").Children("alert"), $"{command.Name}: notes");
            AssertTypes(help.Child("inputTypes").Children("inputType"), $"{command.Name}: inputs");
            AssertTypes(help.Child("returnValues").Children("returnValue"), $"{command.Name}: outputs");
            var links = help.Child("relatedLinks").Children("navigationLink");
            Assert.NotEmpty(links);
            Assert.All(links, l => AssertText(l, "linkText", command.Name));
        }
    }

    [Fact]
    public async Task Every_parameter_is_described_as_the_engine_binds_it()
    {
        using var session = new ModuleSession();
        foreach (var command in await HelpObjects.CommandsAsync(session))
        {
            var help = await HelpObjects.OfAsync(session, command.Name);
            var told = help.Child("parameters").Children("parameter").ToDictionary(p => p.Text("name"));
            var real = command.ParameterSets.SelectMany(s => s.Parameters).Where(p => !Cmdlet.CommonParameters.Contains(p.Name)).ToLookup(p => p.Name);

            Assert.Equal(real.Select(p => p.Key).Order(StringComparer.Ordinal), told.Keys.Order(StringComparer.Ordinal));
            foreach (var parameters in real)
            {
                var (parameter, page, what) = (parameters.First(), told[parameters.Key], $"{command.Name} -{parameters.Key}");
                AssertTexts(page.Children("description"), what);
                Assert.Equal((what, parameter.IsMandatory), (what, bool.Parse(page.Text("required"))));
                Assert.Equal((what, parameter.Position < 0 ? "named" : $"{parameter.Position}"), (what, page.Text("position")));
                Assert.Equal((what, parameter.ValueFromPipeline), (what, page.Text("pipelineInput").Contains("ByValue")));
                Assert.Equal((what, parameter.ValueFromPipelineByPropertyName), (what, page.Text("pipelineInput").Contains("ByPropertyName")));
                Assert.Equal((what, parameter.Attributes.Any(a => a is SupportsWildcardsAttribute)), (what, bool.Parse(page.Text("globbing"))));
                Assert.Equal((what, parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none"), (what, page.Text("aliases")));
            }
        }
    }

    [Fact]
    public async Task The_syntax_has_one_line_a_parameter_set()
    {
        using var session = new ModuleSession();
        foreach (var command in await HelpObjects.CommandsAsync(session))
        {
            var help = await HelpObjects.OfAsync(session, command.Name);

            var told = help.Child("syntax").Children("syntaxItem").Select(i => i.Children("parameter").Select(p => p.Text("name")).Order().ToList()).ToList();

            var real = command.ParameterSets.OrderByDescending(s => s.IsDefault)
                .Select(s => s.Parameters.Select(p => p.Name).Where(n => !Cmdlet.CommonParameters.Contains(n)).Order().ToList());
            Assert.Equal(real, told);
        }
    }

    [Theory]
    [InlineData("Invoke-KlingLipSync", "ThrottleLimit", "8")]
    [InlineData("Invoke-KlingLipSync", "StartTimeout", "06:00:00")]
    [InlineData("Invoke-KlingLipSync", "Priority", "Normal")]
    [InlineData("Invoke-KlingLipSync", "Force", "False")]
    [InlineData("Invoke-KlingLipSync", "MaxCost", "None")]
    [InlineData("Invoke-KlingLipSync", "WhatIf", "False")]
    [InlineData("Wait-KlingLipSyncJob", "Timeout", "01:00:00")]
    public async Task One_parameter_is_found_with_its_default(string command, string parameter, string value)
    {
        using var session = new ModuleSession();

        var help = (await session.RunAsync($"Get-Help {command} -Parameter {parameter}")).CleanOne();

        Assert.Equal(parameter, help.Text("name"));
        Assert.Equal(value, help.Text("defaultValue"));
    }

    private static void AssertText(PSObject help, string name, string what) => Assert.False(string.IsNullOrWhiteSpace(help.Text(name)), $"{what}: {name}");

    private static void AssertTexts(IReadOnlyList<PSObject> paragraphs, string what) =>
        Assert.True(paragraphs.Count > 0 && paragraphs.All(p => p.Text("Text").Trim().Length > 0), what);

    private static void AssertTypes(IReadOnlyList<PSObject> types, string what)
    {
        Assert.True(types.Count > 0, what);
        Assert.All(types, t =>
        {
            AssertText(t.Child("type"), "name", what);
            AssertTexts(t.Children("description"), what);
        });
    }
}
