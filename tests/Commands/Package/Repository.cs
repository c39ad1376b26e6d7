using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Package;

/// <summary>The folder of the sources.</summary>
internal static class Repository
{
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(ModuleUnderTest.HelpPages, "..", ".."));
}
