using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace KlingLipSync.Loader;

/// <summary>
/// Loads the engine and its third parties from <c>deps/</c>; where there is the same assembly with native code for this platform and
/// this runtime, in <c>deps/&lt;rid&gt;/</c>, that one. Native libraries are those that the engine's <c>deps.json</c> names.
/// </summary>
internal sealed class EngineContext(string enginePath) : AssemblyLoadContext("KlingLipSync")
{
    /// <summary>What <c>deps/&lt;rid&gt;/</c> is made for. An older runtime has not even all that those files refer to.</summary>
    private const int AheadRuntime = 10;

    private readonly string folder = Path.GetDirectoryName(enginePath)!;

    private AssemblyDependencyResolver? resolver;

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var file = assemblyName.Name + ".dll";
        var ahead = Path.Combine(folder, RuntimeInformation.RuntimeIdentifier, file);
        var path = Environment.Version.Major >= AheadRuntime && File.Exists(ahead) ? ahead : Path.Combine(folder, file);
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        // Not at import: the runtime's host reads the deps.json for it.
        resolver ??= new AssemblyDependencyResolver(enginePath);
        return resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
    }
}
