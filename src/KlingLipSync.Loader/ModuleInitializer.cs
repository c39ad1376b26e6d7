using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace KlingLipSync.Loader;

/// <summary>
/// The door of the module: the manifest names this assembly under <c>NestedModules</c>, so PowerShell runs
/// <see cref="OnImport"/> before it reads a type of the commands.
/// </summary>
/// <remarks>
/// The engine and its third parties live under <c>deps/</c> in a load context of their own, so that another
/// module's Polly or SQLite cannot be taken for ours, nor ours for theirs. An initializer inside the command
/// assembly would come too late: its field types are resolved before it runs.
/// </remarks>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    private const string Engine = "KlingLipSync";
    private static readonly object Gate = new();
    private static EngineContext? context;

    /// <summary>Binds the engine to its own context. It is loaded when something of it is first needed.</summary>
    public void OnImport()
    {
        // Two runspaces may import at once, and -Force imports again: one context and one handler per process.
        lock (Gate)
        {
            var folder = Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!;
            OneCopy.Require(folder);
            if (context is null)
            {
                context = new EngineContext(Path.Combine(folder, "deps", Engine + ".dll"));
                AssemblyLoadContext.Default.Resolving += Resolve;

                // The type file, which comes next, names types of the commands. The engine has them by now, but not out of a folder whose
                // name could be a pattern.
                Assembly.LoadFrom(Path.Combine(folder, Engine + ".PowerShell.dll"));
            }
        }
    }

    private static Assembly? Resolve(AssemblyLoadContext asking, AssemblyName name) => name.Name == Engine ? context!.LoadFromAssemblyName(name) : null;
}
