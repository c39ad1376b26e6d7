using System.Collections;
using System.Management.Automation;
using System.Reflection;

namespace KlingLipSync.Tests.Commands.Secrets;

/// <summary>Every text that can be read off an object by its public properties, and theirs, and so on.</summary>
internal sealed class ReachableText
{
    private const int Deepest = 9;

    private readonly HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
    private readonly List<string> texts = [];

    public static IReadOnlyList<string> Of(IEnumerable<object?> roots)
    {
        var reachable = new ReachableText();
        foreach (var root in roots)
        {
            reachable.Visit(root, Deepest);
        }

        return reachable.texts;
    }

    private void Visit(object? value, int depth)
    {
        if (value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject)
        {
            value = wrapped.BaseObject;
        }

        if (value is null || depth == 0)
        {
            return;
        }

        if (value is string text)
        {
            texts.Add(text);
            return;
        }

        if (!value.GetType().IsValueType && !seen.Add(value))
        {
            return;
        }

        Try(() => texts.Add(value.ToString() ?? ""));
        if (value is IDictionary table)
        {
            Each(table.Keys, depth);
            Each(table.Values, depth);
        }
        else if (value is IEnumerable items)
        {
            Each(items, depth);
        }

        if (IsOpen(value.GetType()))
        {
            foreach (var property in value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
            {
                if (property.GetIndexParameters().Length == 0)
                {
                    Try(() => Visit(property.GetValue(value), depth - 1));
                }
            }
        }
    }

    private void Each(IEnumerable items, int depth)
    {
        foreach (var item in items)
        {
            Visit(item, depth - 1);
        }
    }

    /// <summary>Types and the engine's own inner life lead everywhere and say nothing.</summary>
    private static bool IsOpen(Type type) =>
        !type.IsPrimitive && !typeof(MemberInfo).IsAssignableFrom(type) && type.Namespace?.StartsWith("System.Reflection", StringComparison.Ordinal) != true
        && type.Namespace?.StartsWith("System.Management.Automation.Language", StringComparison.Ordinal) != true;

    private static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (Exception)
        {
            // A property that cannot be read shows nobody anything.
        }
    }
}
