using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace KlingLipSync.Help;

/// <summary>A command as the PowerShell engine sees it: all of the help that is not prose.</summary>
internal sealed class CommandShape
{
    private readonly Dictionary<string, string> defaults = new(StringComparer.OrdinalIgnoreCase);

    private CommandShape(CmdletInfo command)
    {
        Name = command.Name;
        Verb = command.Verb;
        Noun = command.Noun;
        Sets = [.. command.ParameterSets.OrderByDescending(s => s.IsDefault)];
        Parameters = [.. Sets.SelectMany(Shown).DistinctBy(p => p.Name)];
        OutputTypes = [.. command.OutputType.Select(o => o.Name)];
        ReadDefaults(command.ImplementingType);
    }

    public string Name { get; }

    public string Verb { get; }

    public string Noun { get; }

    /// <summary>The default set first.</summary>
    public IReadOnlyList<CommandParameterSetInfo> Sets { get; }

    /// <summary>Each parameter once, as the first set that has it sees it.</summary>
    public IReadOnlyList<CommandParameterInfo> Parameters { get; }

    public IReadOnlyList<string> OutputTypes { get; }

    /// <summary>Full names of the types that whole pipeline objects are bound to.</summary>
    public IReadOnlyList<string> PipelineTypes =>
        [.. Sets.SelectMany(Shown).Where(p => p.ValueFromPipeline).Select(p => (p.ParameterType.GetElementType() ?? p.ParameterType).FullName!).Distinct()];

    public bool BindsProperties => Parameters.Any(p => p.ValueFromPipelineByPropertyName);

    /// <summary>What a parameter is when it is not given: the value that a new command object has.</summary>
    public string DefaultOf(CommandParameterInfo parameter) => parameter switch
    {
        { IsMandatory: true } => "None",
        // The engine's own -WhatIf and -Confirm are no properties of the command.
        _ when parameter.ParameterType == typeof(SwitchParameter) => defaults.GetValueOrDefault(parameter.Name, "False"),
        _ => defaults.GetValueOrDefault(parameter.Name, "None"),
    };

    /// <summary>A set's parameters without the common ones; -WhatIf and -Confirm are shown, they do different things in different commands.</summary>
    public static IEnumerable<CommandParameterInfo> Shown(CommandParameterSetInfo set)
    {
        var common = Cmdlet.CommonParameters.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return set.Parameters.Where(p => !common.Contains(p.Name));
    }

    /// <summary>The public commands of an assembly, by name.</summary>
    public static IReadOnlyList<CommandShape> ReadAll(string assembly) =>
    [
        .. Assembly.LoadFrom(Path.GetFullPath(assembly)).GetExportedTypes()
            .Where(t => !t.IsAbstract && t.IsDefined(typeof(CmdletAttribute)))
            .Select(t => new CommandShape(new CmdletInfo(NameOf(t), t)))
            .OrderBy(c => c.Name, StringComparer.Ordinal),
    ];

    private static string NameOf(Type type)
    {
        var cmdlet = type.GetCustomAttribute<CmdletAttribute>()!;
        return $"{cmdlet.VerbName}-{cmdlet.NounName}";
    }

    private void ReadDefaults(Type type)
    {
        var command = Activator.CreateInstance(type);
        foreach (var property in type.GetProperties().Where(p => p.IsDefined(typeof(ParameterAttribute))))
        {
            defaults[property.Name] = Text(property.GetValue(command));
        }

        (command as IDisposable)?.Dispose();
    }

    private static string Text(object? value) => value switch
    {
        null or "" or Array { Length: 0 } => "None",
        SwitchParameter given => given.IsPresent.ToString(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "None",
    };
}
