using System.Reflection;

namespace KlingLipSync.Bench.Waiting;

/// <summary>Places that the build has written into this program.</summary>
internal static class Built
{
    public static string RepositoryRoot { get; } = Value(nameof(RepositoryRoot));

    public static string Emulator { get; } = Value(nameof(Emulator));

    private static string Value(string key) => typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
