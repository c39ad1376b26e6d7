using System.Security.Cryptography;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Bench.Chaos;

/// <summary>A folder with clips and sounds, the table of the batch, and the places of its results.</summary>
internal sealed class Scene
{
    private const string Header = "VideoPath,VideoUrl,AudioPath,AudioUrl";

    private readonly int seed;
    private readonly List<Pair> pairs = [];

    public Scene(string folder, int seed, int jobs)
    {
        this.seed = seed;
        Folder = folder;
        Directory.CreateDirectory(In("clips"));
        Directory.CreateDirectory(Out);
        for (var i = 0; i < jobs; i++)
        {
            pairs.Add(Make(i, isFurther: false));
        }

        WriteRows(Rows, pairs);
    }

    public string Folder { get; }

    public IReadOnlyList<Pair> Pairs => pairs;

    /// <summary>The folder of the results.</summary>
    public string Out => In("out");

    /// <summary>The table that the command is given.</summary>
    public string Rows => In("rows.csv");

    public string In(string name) => Path.Combine(Folder, name);

    /// <summary>Files of the results' folder that are no partial ones.</summary>
    public IEnumerable<string> Results() => Directory.EnumerateFiles(Out).Where(f => !IsPartial(f));

    public static bool IsPartial(string path) => path.EndsWith(".partial", StringComparison.Ordinal);

    /// <summary>Adds one more clip to the batch, as the next day brings one.</summary>
    public void AddFurther()
    {
        pairs.Add(Make(pairs.Count, isFurther: true));
        WriteRows(Rows, pairs);
    }

    /// <summary>A table of some of the pairs.</summary>
    /// <returns>Its path.</returns>
    public string Slice(string name, IEnumerable<Pair> some)
    {
        var path = In(name);
        WriteRows(path, some);
        return path;
    }

    /// <summary>Every tenth pair comes as URLs, every eighth clip costs twice as much, and every twentieth sound is that of the clip before it.</summary>
    private Pair Make(int i, bool isFurther)
    {
        var random = Chance.For(seed, $"pair {i}");
        var name = $"clip-{i:0000}";
        if (i % 10 == 7)
        {
            // fal's other callers fetch these; the emulator takes them for clips of five seconds.
            var (videoUrl, audioUrl) = ($"https://media.example.com/{seed}/{name}.mp4", $"https://media.example.com/{seed}/{name}.m4a");
            return new Pair(name, videoUrl, audioUrl, videoUrl, audioUrl, 5, isFurther);
        }

        var seconds = i % 8 == 3 ? 5.2 + (4.6 * random.NextDouble()) : 2.2 + (2.6 * random.NextDouble());
        var video = In($"clips/{name}.mp4");
        var clip = TestMedia.Mp4(Math.Round(seconds, 2), seed: Chance.Seed(seed, $"clip {i}"), bytes: random.Next(4_000, 40_000));
        File.WriteAllBytes(video, clip);
        var billed = seconds > 5 ? 10 : 5;
        if (i % 20 == 11 && pairs[i - 1] is { IsUrl: false } before)
        {
            return new Pair(name, video, before.Audio, Hash(clip), before.AudioContent, billed, isFurther);
        }

        var sound = i % 10 == 4 ? TestMedia.Wav(2.2, Chance.Seed(seed, $"sound {i}")) : TestMedia.M4a(2.2, Chance.Seed(seed, $"sound {i}"));
        var audio = In($"clips/{name}.{(i % 10 == 4 ? "wav" : "m4a")}");
        File.WriteAllBytes(audio, sound);
        return new Pair(name, video, audio, Hash(clip), Hash(sound), billed, isFurther);
    }

    private static void WriteRows(string path, IEnumerable<Pair> rows) => File.WriteAllLines(path,
        rows.Select(p => p.IsUrl ? $",{p.Video},,{p.Audio}" : $"{p.Video},,{p.Audio},").Prepend(Header));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
