using System.Collections;
using System.Management.Automation;
using System.Security;

namespace KlingLipSync.Tests.Commands.Shape;

/// <summary>What parameters are of, what they begin with, and what keeps nonsense out before any work.</summary>
public sealed class ParameterTests
{
    private static readonly Type[] Vague = [typeof(object), typeof(PSObject), typeof(Hashtable), typeof(IDictionary), typeof(double), typeof(float), typeof(ScriptBlock)];

    /// <summary>Names with Key in them that are no secret: the user's own mark of a URL, and the public half of a key.</summary>
    private static readonly string[] NoSecret = ["Key", "KeyId"];

    [Fact]
    public async Task Time_is_a_time_span_money_a_decimal_and_a_moment_a_date()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.All(module.Parameters().Where(p => !p.Parameter.SwitchParameter), p =>
        {
            var (name, type) = (p.Parameter.Name, ModuleShape.Element(p.Parameter.ParameterType));
            Assert.DoesNotContain(type, Vague);
            Assert.Equal((name, name.EndsWith("Timeout", StringComparison.Ordinal) || name.EndsWith("Expiry", StringComparison.Ordinal)), (name, type == typeof(TimeSpan)));
            Assert.Equal((name, name.EndsWith("Cost", StringComparison.Ordinal) || name == "Amount"), (name, type == typeof(decimal)));
            Assert.Equal((name, name is "After" or "Before" or "ResubmitBefore"), (name, type == typeof(DateTime)));
        });
    }

    [Fact]
    public async Task What_is_on_or_off_is_a_switch_and_off_by_itself()
    {
        var module = await ModuleShape.ReadAsync();
        var switches = module.Parameters().Where(p => p.Parameter.SwitchParameter).ToList();

        Assert.NotEmpty(switches);
        Assert.All(module.Parameters(), p => Assert.NotEqual(typeof(bool), ModuleShape.Element(p.Parameter.ParameterType)));
        Assert.All(switches, p => Assert.False(((SwitchParameter)Value(p)!).IsPresent, $"{p.Command.Name} -{p.Parameter.Name}"));
    }

    [Fact]
    public async Task What_must_be_given_says_in_a_line_what_it_is()
    {
        var module = await ModuleShape.ReadAsync();
        var mandatory = module.Parameters().SelectMany(p => p.Parameter.ParameterSets.Values, (p, set) => (p.Command, p.Parameter.Name, Set: set)).Where(p => p.Set.IsMandatory).ToList();

        Assert.NotEmpty(mandatory);
        Assert.All(mandatory, p => Assert.False(string.IsNullOrWhiteSpace(p.Set.HelpMessage), $"{p.Command.Name} -{p.Name}"));
    }

    /// <summary>Enumerations, dates, credentials and switches have their own bounds. A column of a table may be empty, and says so.</summary>
    [Fact]
    public async Task Texts_numbers_and_lists_are_validated_by_attributes_or_are_columns_that_may_be_empty()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.All(module.Parameters(), p =>
        {
            var type = p.Parameter.ParameterType;
            var bounded = Nullable.GetUnderlyingType(type) ?? type;
            Assert.True(p.Parameter.SwitchParameter || bounded.IsEnum || bounded == typeof(DateTime) || bounded == typeof(PSCredential)
                || ModuleShape.Has<ValidateArgumentsAttribute>(p.Parameter)
                || ModuleShape.Has<AllowNullAttribute>(p.Parameter) || ModuleShape.Has<AllowEmptyStringAttribute>(p.Parameter), $"{p.Command.Name} -{p.Parameter.Name}");
        });
    }

    [Fact]
    public async Task No_secret_is_plain_text()
    {
        var module = await ModuleShape.ReadAsync();
        var secrets = module.Parameters().Where(p => !NoSecret.Contains(p.Parameter.Name)
            && new[] { "Key", "Secret", "Token", "Password", "Credential" }.Any(word => p.Parameter.Name.EndsWith(word, StringComparison.Ordinal))).ToList();

        Assert.Contains(secrets, p => p.Parameter.Name == "ApiKey");
        Assert.All(secrets, p => Assert.Contains(p.Parameter.ParameterType, new[] { typeof(SecureString), typeof(PSCredential) }));
        Assert.DoesNotContain(module.Parameters(), p => p.Parameter.Name is "UserName" or "User");
    }

    [Fact]
    public async Task Path_takes_wildcards_and_has_a_literal_twin_that_binds_by_property()
    {
        var module = await ModuleShape.ReadAsync();
        var paths = module.Parameters().Where(p => p.Parameter.Name == "Path").ToList();

        Assert.NotEmpty(paths);
        Assert.All(paths, p =>
        {
            Assert.True(ModuleShape.Has<SupportsWildcardsAttribute>(p.Parameter), p.Command.Name);
            Assert.All(p.Parameter.ParameterSets.Values, set => Assert.True(set is { ValueFromPipeline: true, ValueFromPipelineByPropertyName: false, Position: 0 }, p.Command.Name));
            var literal = p.Command.Parameters["LiteralPath"];
            Assert.Equal(typeof(string[]), literal.ParameterType);
            Assert.All(literal.ParameterSets.Values, set => Assert.True(set is { ValueFromPipeline: false, ValueFromPipelineByPropertyName: true }, p.Command.Name));
            Assert.False(ModuleShape.Has<SupportsWildcardsAttribute>(literal), p.Command.Name);
            Assert.Empty(p.Parameter.ParameterSets.Keys.Intersect(literal.ParameterSets.Keys));
        });
    }

    /// <summary>Who waits for jobs gives up after a time that help tells.</summary>
    [Fact]
    public async Task Every_wait_has_a_timeout_with_a_default()
    {
        var module = await ModuleShape.ReadAsync();
        var waiting = module.Commands.Where(c => c.Verb is "Invoke" or "Wait" or "Watch").ToList();

        Assert.Equal(3, waiting.Count);
        Assert.All(waiting, c => Assert.Equal((c.Name, TimeSpan.FromMinutes(60)), (c.Name, Value((c, c.Parameters["Timeout"])))));
    }

    /// <summary>Remoting and background jobs hand over copies of these by their values.</summary>
    [Fact]
    public async Task Every_parameter_takes_what_comes_over_a_wire()
    {
        var module = await ModuleShape.ReadAsync();

        Assert.All(module.Parameters(), p =>
        {
            var type = ModuleShape.Element(p.Parameter.ParameterType);
            Assert.True(type.IsPrimitive || type.IsEnum || type.Assembly == ModuleShape.Engine
                || type == typeof(string) || type == typeof(decimal) || type == typeof(DateTime) || type == typeof(TimeSpan) || type == typeof(Uri)
                || type == typeof(SwitchParameter) || type == typeof(SecureString) || type == typeof(PSCredential), $"{p.Command.Name} -{p.Parameter.Name}: {type}");
        });
    }

    private static object? Value((CmdletInfo Command, ParameterMetadata Parameter) p) =>
        p.Command.ImplementingType.GetProperty(p.Parameter.Name)!.GetValue(ModuleShape.New(p.Command));
}
