using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;
using KlingLipSync.Tests.Commands.Help;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shape;

/// <summary>The commands as the engine knows them after an import, and the assemblies behind them.</summary>
internal sealed class ModuleShape(IReadOnlyList<CmdletInfo> commands)
{
    public IReadOnlyList<CmdletInfo> Commands { get; } = commands;

    /// <summary>The assembly of the commands.</summary>
    public Assembly CommandAssembly => Commands[0].ImplementingType.Assembly;

    /// <summary>The engine behind them, from the load context of its own.</summary>
    public static Assembly Engine => AssemblyLoadContext.All.Single(c => c.Name == "KlingLipSync").LoadFromAssemblyName(new("KlingLipSync"));

    public static async Task<ModuleShape> ReadAsync()
    {
        using var session = new ModuleSession();
        return new ModuleShape(await HelpObjects.CommandsAsync(session));
    }

    /// <summary>Every parameter of the module's own, with its command.</summary>
    public IEnumerable<(CmdletInfo Command, ParameterMetadata Parameter)> Parameters() => Commands.SelectMany(OwnParameters, (c, p) => (c, p));

    /// <summary>A command's own parameters: neither the engine's nor those of ShouldProcess.</summary>
    public static IEnumerable<ParameterMetadata> OwnParameters(CmdletInfo command) =>
        command.Parameters.Values.Where(p => !Cmdlet.CommonParameters.Contains(p.Name) && !Cmdlet.OptionalCommonParameters.Contains(p.Name));

    /// <summary>The types that the commands say they emit.</summary>
    public IEnumerable<Type> OutputTypes() => Commands.SelectMany(c => c.OutputType).Select(o => o.Type).Distinct();

    /// <summary>Public types of the engine whose values a user gets to see: what is emitted, and all that hangs on it.</summary>
    public static HashSet<Type> Reachable(IEnumerable<Type> roots)
    {
        var found = new HashSet<Type>();
        var left = new Stack<Type>(roots);
        while (left.TryPop(out var type))
        {
            type = Element(type);
            if (type.Assembly == Engine && found.Add(type) && !type.IsEnum)
            {
                foreach (var property in type.GetProperties())
                {
                    left.Push(property.PropertyType);
                }
            }
        }

        return found;
    }

    /// <summary>What an array, a list or a nullable is one of.</summary>
    public static Type Element(Type type) =>
        type.IsArray ? type.GetElementType()!
        : Nullable.GetUnderlyingType(type) is { } value ? value
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0]
        : type;

    /// <summary>An attribute of a parameter.</summary>
    public static bool Has<T>(ParameterMetadata parameter) => parameter.Attributes.Any(a => a is T);

    /// <summary>A new command as nobody has set anything of it yet.</summary>
    public static object New(CmdletInfo command) => Activator.CreateInstance(command.ImplementingType)!;
}
