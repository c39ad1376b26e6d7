using System.Reflection;
using System.Runtime.Loader;

namespace KlingLipSync.Bench.SideBySide;

/// <summary>The module in a folder of its own, so that no other build changes it while it is measured.</summary>
internal static class ModuleCopy
{
    /// <summary>Copies a module.</summary>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="folder">Where the copy goes.</param>
    /// <returns>The copy's manifest.</returns>
    /// <exception cref="InvalidOperationException">It is no release build.</exception>
    public static string Make(string manifest, string folder)
    {
        var source = Path.GetDirectoryName(manifest)!;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var look = new AssemblyLoadContext(nameof(ModuleCopy), isCollectible: true);
        var built = look.LoadFromAssemblyPath(Path.Combine(folder, "deps", "KlingLipSync.dll")).GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration;
        look.Unload();
        return built == "Release"
            ? Path.Combine(folder, Path.GetFileName(manifest))
            : throw new InvalidOperationException($"The module in {source} is a {built} build. Run with -c Release.");
    }
}
