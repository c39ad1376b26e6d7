namespace KlingLipSync.Media;

/// <summary>The file name endings of what the endpoint takes. The page names those of clips; those of sounds are the model maker's.</summary>
internal static class MediaEndings
{
    /// <summary>Of clips.</summary>
    public static readonly string[] Clips = [".mp4", ".mov"];

    /// <summary>Of sounds.</summary>
    public static readonly string[] Sounds = [".wav", ".mp3", ".m4a", ".aac"];

    public static bool IsClip(string name) => Clips.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    public static bool IsSound(string name) => Sounds.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
}
