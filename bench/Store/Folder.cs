using System.Reflection;

namespace KlingLipSync.Bench.Store;

/// <summary>Where stores are made and results are kept. Not the system's temporary folder, which may be no disk.</summary>
internal static class Folder
{
    public static string RepositoryRoot { get; } = typeof(Folder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == nameof(RepositoryRoot)).Value!;

    public static string Results { get; } = Path.Combine(RepositoryRoot, "bench", "results");

    public static string Artifacts { get; } = Path.Combine(RepositoryRoot, "BenchmarkDotNet.Artifacts");

    /// <summary>An empty folder for one store.</summary>
    public static string New() => Directory.CreateDirectory(Path.Combine(Artifacts, "stores", Guid.NewGuid().ToString("N"))).FullName;
}
