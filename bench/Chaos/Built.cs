using System.Reflection;

namespace KlingLipSync.Bench.Chaos;

/// <summary>Where the build put what is run here.</summary>
internal static class Built
{
    public static string Root => Value("RepositoryRoot");

    /// <summary>The module's manifest, as a user imports it.</summary>
    public static string Module => Path.Combine(Value("ModuleFolder"), "KlingLipSync.psd1");

    /// <summary>The small program on the real engine; it also holds the kill switch.</summary>
    public static string Host => Value("HostProgram");

    private static string Value(string name) => typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == name).Value!;
}
