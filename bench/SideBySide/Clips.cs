using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Bench.SideBySide;

/// <summary>Files that are fit by their headers, with noise inside.</summary>
internal static class Clips
{
    /// <summary>Clips with sounds of their own beside them.</summary>
    public static void MakePairs(string folder, int count, int videoBytes)
    {
        for (var i = 0; i < count; i++)
        {
            MakePair(folder, $"clip-{i:00000}", seed: i, videoBytes);
        }
    }

    /// <summary>One clip with its sound beside it.</summary>
    public static void MakePair(string folder, string name, int seed, int videoBytes)
    {
        MakeVideo(folder, name, seed, videoBytes);
        File.WriteAllBytes(Path.Combine(folder, $"{name}.m4a"), TestMedia.M4a(3, seed));
    }

    /// <summary>One clip.</summary>
    public static string MakeVideo(string folder, string name, int seed, int bytes)
    {
        var path = Path.Combine(folder, $"{name}.mp4");
        File.WriteAllBytes(path, TestMedia.Mp4(4, seed: seed, bytes: bytes));
        return path;
    }

    /// <summary>A sound of about so many bytes, at most a minute of them.</summary>
    public static string MakeSound(string folder, string name, int seed, int bytes)
    {
        var path = Path.Combine(folder, $"{name}.wav");
        File.WriteAllBytes(path, TestMedia.Wav(bytes / 32_000.0, seed));
        return path;
    }
}
