namespace KlingLipSync.Tests.Commands.Session;

/// <summary>A folder of its own for one test, with the files it needs.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder(string name = "klip") => Root = Directory.CreateTempSubdirectory(name + "-").FullName;

    public string Root { get; }

    public string Store => At("store");

    public string Out => At("out");

    /// <summary>A path below the folder; nothing is made.</summary>
    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A clip that no other clip equals.</summary>
    public string Clip(params string[] parts) => Write(SampleMedia.Clip(), parts);

    /// <summary>A sound that no other sound equals.</summary>
    public string Sound(params string[] parts) => Write(SampleMedia.Sound(), parts);

    /// <summary>A clip with its sound beside it.</summary>
    public string Pair(params string[] parts)
    {
        var clip = Clip(parts);
        File.WriteAllBytes(Path.ChangeExtension(clip, ".wav"), SampleMedia.Sound());
        return clip;
    }

    /// <summary>So many clips, each with its sound beside it.</summary>
    public string[] Pairs(int count, string name = "clip") => [.. Enumerable.Range(1, count).Select(n => Pair("clips", $"{name}{n}.mp4"))];

    public string Text(string content, params string[] parts) => Write(System.Text.Encoding.UTF8.GetBytes(content), parts);

    public string Write(byte[] content, params string[] parts)
    {
        var path = At(parts);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // Work that outlives a stopped command may still write; the system clears its own folder.
        }
    }
}
