using System.Reflection;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>The small files of real encoders beside these tests.</summary>
internal static class RealFiles
{
    public static string Folder { get; } = typeof(RealFiles).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "RealFiles").Value!;

    public static string PathOf(string name) => Path.Combine(Folder, name);
}
