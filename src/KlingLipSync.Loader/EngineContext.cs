using System.Reflection;
using System.Runtime.Loader;

namespace KlingLipSync.Loader;

/// <summary>Loads the engine and everything its <c>deps.json</c> names, managed and native, from <c>deps/</c>.</summary>
internal sealed class EngineContext(string enginePath) : AssemblyLoadContext("KlingLipSync")
{
    private readonly AssemblyDependencyResolver resolver = new(enginePath);

    protected override Assembly? Load(AssemblyName assemblyName) =>
        resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
