using System.Reflection;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>The built module, as <c>dotnet build</c> laid it out.</summary>
internal static class ModuleUnderTest
{
    public static string Folder { get; } = typeof(ModuleUnderTest).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "ModuleFolder").Value!.TrimEnd(Path.DirectorySeparatorChar, '/');

    public static string Manifest => Path.Combine(Folder, "KlingLipSync.psd1");
}
