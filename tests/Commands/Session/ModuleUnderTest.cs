using System.Reflection;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>The built module, as <c>dotnet build</c> laid it out.</summary>
internal static class ModuleUnderTest
{
    public static string Folder { get; } = Built("ModuleFolder").TrimEnd(Path.DirectorySeparatorChar, '/');

    public static string Manifest => Path.Combine(Folder, "KlingLipSync.psd1");

    /// <summary>A Polly.Core of another version than the module's own.</summary>
    public static string OtherPolly { get; } = Built("OtherPolly");

    private static string Built(string name) => typeof(ModuleUnderTest).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == name).Value!;
}
