using System.Reflection;

namespace KlingLipSync.Bench.Transfer;

/// <summary>Where files are made and results are kept. Not the system's temporary folder, which may be no disk.</summary>
internal static class Folder
{
    public static string RepositoryRoot { get; } = typeof(Folder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == nameof(RepositoryRoot)).Value!;

    public static string Results { get; } = Path.Combine(RepositoryRoot, "bench", "results");

    public static string Artifacts { get; } = Path.Combine(RepositoryRoot, "BenchmarkDotNet.Artifacts");

    /// <summary>A file of random bytes.</summary>
    public static string Random(string folder, int mebibytes)
    {
        var path = Path.Combine(folder, $"{mebibytes}.mp4");
        using var file = File.Create(path);
        var random = new Random(mebibytes);
        var block = new byte[1 << 20];
        for (var n = 0; n < mebibytes; n++)
        {
            random.NextBytes(block);
            file.Write(block);
        }

        return path;
    }
}
