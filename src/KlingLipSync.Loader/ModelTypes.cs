using System.Management.Automation;
using System.Reflection;

namespace KlingLipSync.Loader;

/// <summary>Makes the engine's public model types nameable in scripts, as <c>[KlingLipSync.LipSyncJobState]</c>.</summary>
internal static class ModelTypes
{
    /// <remarks>
    /// PowerShell finds types by name only in the default load context. Type accelerators are its own table of names;
    /// it has no public door, and every module with a load context of its own goes in by reflection.
    /// </remarks>
    public static void Name(Assembly engine)
    {
        var table = typeof(PSObject).Assembly.GetType("System.Management.Automation.TypeAccelerators");
        var add = table?.GetMethod("Add", BindingFlags.Public | BindingFlags.Static, [typeof(string), typeof(Type)]);
        foreach (var type in engine.GetExportedTypes().Where(t => t.Namespace == "KlingLipSync"))
        {
            // A name that is taken keeps its type: a second import names the same one.
            if (table?.GetProperty("Get")?.GetValue(null) is IDictionary<string, Type> names && !names.ContainsKey(type.FullName!))
            {
                add?.Invoke(null, [type.FullName!, type]);
            }
        }
    }
}
