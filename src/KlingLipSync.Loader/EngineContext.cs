using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace KlingLipSync.Loader;

/// <summary>
/// Loads the engine and everything its <c>deps.json</c> names, managed and native, from <c>deps/</c>. Where there is the same
/// assembly with native code for this platform, in <c>deps/&lt;rid&gt;/</c>, that one is loaded.
/// </summary>
internal sealed class EngineContext(string enginePath) : AssemblyLoadContext("KlingLipSync")
{
    private readonly AssemblyDependencyResolver resolver = new(enginePath);

    private readonly string ahead = Path.Combine(Path.GetDirectoryName(enginePath)!, RuntimeInformation.RuntimeIdentifier);

    protected override Assembly? Load(AssemblyName assemblyName) =>
        resolver.ResolveAssemblyToPath(assemblyName) is not { } path ? null
            : LoadFromAssemblyPath(Path.Combine(ahead, Path.GetFileName(path)) is var native && File.Exists(native) ? native : path);

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
