using System.Reflection;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>The clips and sounds that the repository brings.</summary>
internal static class SampleClips
{
    public static string Folder { get; } = typeof(SampleClips).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "SampleClips").Value!;
}
