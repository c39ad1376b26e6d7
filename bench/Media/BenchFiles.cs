using System.Buffers.Binary;
using System.Reflection;

namespace KlingLipSync.Bench.Media;

/// <summary>Real files in a folder of their own: many copies of each, so that no reading finds the one before it still in hand.</summary>
public static class BenchFiles
{
    /// <summary>How many copies of a file there are.</summary>
    public const int Copies = 64;

    /// <summary>The name of the file of 100 MB whose header is at its end; it takes as much of the disk as a small one.</summary>
    public const string Large = "header-last-100MB.mp4";

    /// <summary>The file that <see cref="Large"/> is made of.</summary>
    public const string Small = "header-last.mp4";

    private const long LargeBytes = 100_000_000;

    /// <summary>The kinds of files, by the name of the one that is copied.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["header-first.mp4", Small, Large, "fragmented.mp4", "movie.mov", "sound.m4a", "sound.wav", "variable.mp3", "sound.aac"];

    /// <summary>The repository's folder.</summary>
    public static string RepositoryRoot { get; } = typeof(BenchFiles).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>Makes all copies.</summary>
    /// <returns>The folder they are in; each kind has one of its own.</returns>
    public static DirectoryInfo Make()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("klinglipsync-bench-");
        foreach (string name in Names)
        {
            DirectoryInfo kind = folder.CreateSubdirectory(name);
            byte[] bytes = File.ReadAllBytes(Path.Combine(RepositoryRoot, "tests", "Unit", "Media", "Files", name == Large ? Small : name));
            for (int i = 0; i < Copies; i++)
            {
                string path = Path.Combine(kind.FullName, $"{i}{Path.GetExtension(name)}");
                if (name == Large)
                {
                    WriteLarge(path, bytes);
                }
                else
                {
                    File.WriteAllBytes(path, bytes);
                }
            }
        }

        return folder;
    }

    /// <summary>The media data grow by a hole; the header moves behind it.</summary>
    private static void WriteLarge(string path, byte[] small)
    {
        int mdat = small.AsSpan().IndexOf("mdat"u8) - 4;
        uint size = BinaryPrimitives.ReadUInt32BigEndian(small.AsSpan(mdat));
        int end = mdat + (int)size;
        long hole = LargeBytes - small.Length;
        byte[] head = small[..end];
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(mdat), (uint)(size + hole));
        using FileStream file = File.Create(path);
        file.Write(head);
        file.Position = end + hole;
        file.Write(small.AsSpan(end));
    }
}
