using System.Reflection;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>The built module, as <c>dotnet build</c> laid it out.</summary>
internal static class ModuleUnderTest
{
    public static string Folder { get; } = Built("ModuleFolder").TrimEnd(Path.DirectorySeparatorChar, '/');

    /// <summary>The root of the repository, for tests about its texts.</summary>
    public static string Repository { get; } = Built("Repository");

    public static string Manifest => Path.Combine(Folder, "KlingLipSync.psd1");

    /// <summary>A Polly.Core of another version than the module's own.</summary>
    public static string OtherPolly { get; } = Built("OtherPolly");

    /// <summary>The folder of the help's Markdown pages.</summary>
    public static string HelpPages { get; } = Built("HelpPages");

    /// <summary>The folder of the commands' source.</summary>
    public static string CommandSources { get; } = Built("CommandSources");

    /// <summary>The program that makes the help file of the pages and the command assembly.</summary>
    public static string HelpProgram { get; } = Built("HelpProgram");

    /// <summary>The command assembly where it was built, everything it needs beside it.</summary>
    public static string CommandAssembly { get; } = Built("CommandAssembly");

    private static string Built(string name) => typeof(ModuleUnderTest).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == name).Value!;
}
