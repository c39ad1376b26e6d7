using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;

namespace KlingLipSync.Tests.Commands.Shape;

/// <summary>What commands, classes and parameters are called.</summary>
public sealed partial class NamingTests
{
    /// <summary>Names that end in an s and are no plurals.</summary>
    private static readonly string[] Singular = ["Synchronous", "ProxyUseDefaultCredentials"];

    /// <summary>What other modules call things that have a usual name in PowerShell.</summary>
    private static readonly string[] Unusual =
    [
        "Quiet", "Silent", "DryRun", "Overwrite", "OutFile", "OutputPath", "OutputDirectory", "OutputFolder", "MaxConcurrency", "Concurrency", "Parallel",
        "TimeoutSeconds", "TimeoutInSeconds", "JobId", "Ids", "Filter", "Limit", "Count", "Since", "Until", "Token", "ApiSecret", "Login", "BaseUrl",
    ];

    [Fact]
    public async Task Every_verb_is_approved_and_in_the_form_of_its_constant()
    {
        var approved = typeof(VerbsCommon).Assembly.GetExportedTypes().Where(t => t.Name.StartsWith("Verbs", StringComparison.Ordinal))
            .SelectMany(t => t.GetFields()).Select(f => (string)f.GetRawConstantValue()!).ToHashSet(StringComparer.Ordinal);
        var module = await ModuleShape.ReadAsync();

        Assert.Contains("Get", approved);
        Assert.All(module.Commands, c => Assert.Contains(c.Verb, approved));
    }

    [Fact]
    public async Task Every_noun_is_one_thing_under_the_prefix_of_the_product()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.All(module.Commands, c => Assert.Matches(PrefixedNoun(), c.Noun));
        Assert.All(module.Commands, c => Assert.False(c.Noun.EndsWith('s'), c.Noun));
    }

    [Fact]
    public async Task Every_class_is_public_sealed_and_named_by_its_command()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.All(module.Commands, c =>
        {
            Assert.Equal($"KlingLipSync.Commands.{c.Verb}{c.Noun}Command", c.ImplementingType.FullName);
            Assert.True(c.ImplementingType is { IsPublic: true, IsSealed: true }, c.Name);
        });
    }

    [Fact]
    public async Task No_parameter_and_no_alias_has_a_name_of_the_engines()
    {
        // Aliases come from the engine itself: -Verbose is vb there.
        var common = typeof(Cmdlet).Assembly.GetType("System.Management.Automation.Internal.CommonParameters", throwOnError: true)!;
        var taken = common.GetProperties()
            .SelectMany(p => p.GetCustomAttributes<AliasAttribute>().SelectMany(a => a.AliasNames).Append(p.Name))
            .Concat(Cmdlet.CommonParameters).Concat(Cmdlet.OptionalCommonParameters).Concat(["wi", "cf", "usetx"])
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var module = await ModuleShape.ReadAsync();

        Assert.Contains("vb", taken);
        Assert.Contains("ProgressAction", taken);
        Assert.All(module.Parameters(), p => Assert.DoesNotContain(p.Parameter.Aliases.Append(p.Parameter.Name), taken.Contains));
    }

    [Fact]
    public async Task Every_parameter_is_in_Pascal_case_and_names_one_thing()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.All(module.Parameters().Select(p => p.Parameter.Name).Distinct(), name =>
        {
            Assert.Matches(PascalCase(), name);
            Assert.True(!name.EndsWith('s') || Singular.Contains(name), name);
        });
    }

    [Fact]
    public async Task What_has_a_usual_name_has_that_name()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.All(module.Parameters(), p => Assert.DoesNotContain(p.Parameter.Name, Unusual));
    }

    [Theory]
    [InlineData("Id", "RequestId")]
    [InlineData("Timeout", "TimeoutSec")]
    [InlineData("LiteralPath", "PSPath")]
    [InlineData("LiteralPath", "LP")]
    public async Task The_services_word_and_the_shells_other_word_are_aliases(string name, string alias)
    {
        var module = await ModuleShape.ReadAsync();
        var parameters = module.Parameters().Where(p => p.Parameter.Name == name).ToList();

        Assert.NotEmpty(parameters);
        Assert.All(parameters, p => Assert.Contains(alias, p.Parameter.Aliases));
    }

    [GeneratedRegex("^KlingLipSync([A-Z][a-z]+)?$")]
    private static partial Regex PrefixedNoun();

    [GeneratedRegex("^([A-Z][a-z]+)+$")]
    private static partial Regex PascalCase();
}
