namespace KlingLipSync.Jobs;

/// <summary>Finds the sound that belongs to a clip: the same base name, beside it or in another folder.</summary>
internal sealed class Partners
{
    private static readonly string[] SoundEndings = [".wav", ".mp3", ".m4a", ".aac"];

    // One listing a folder: ten thousand clips in one folder are ten thousand look-ups, not ten thousand listings.
    private readonly Dictionary<string, ILookup<string, string>> folders = new(StringComparer.Ordinal);

    /// <param name="clip">The clip.</param>
    /// <param name="directory">Where the sounds lie; null for the clip's own folder.</param>
    /// <exception cref="LipSyncException">None or several.</exception>
    public MediaInput For(MediaInput clip, string? directory)
    {
        var folder = directory ?? (clip.Path is { } path ? Path.GetDirectoryName(path)! : null)
            ?? throw new LipSyncException(LipSyncError.PartnerMissing, $"The clip '{clip}' is a URL, so there is no folder to look for its sound in.");
        var found = Sounds(folder)[clip.BaseName].Order(StringComparer.Ordinal).ToList();
        return found.Count switch
        {
            1 => MediaInput.File(found[0]),
            0 => throw new LipSyncException(LipSyncError.PartnerMissing,
                $"'{clip}' has no sound: neither {string.Join(", ", SoundEndings.Select(e => clip.BaseName + e))} is in '{folder}'."),
            _ => throw new LipSyncException(LipSyncError.PartnerAmbiguous,
                $"'{clip}' has {found.Count} sounds it could go with: {string.Join(", ", found.Select(f => Path.GetFileName(f)))}."),
        };
    }

    private ILookup<string, string> Sounds(string folder)
    {
        if (!folders.TryGetValue(folder, out var sounds))
        {
            try
            {
                sounds = Directory.EnumerateFiles(folder)
                    .Where(f => SoundEndings.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
                    .ToLookup(f => Path.GetFileNameWithoutExtension(f), StringComparer.Ordinal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new LipSyncException(LipSyncError.PartnerMissing, $"The folder '{folder}' cannot be read for sounds: {e.Message}", e);
            }

            folders.Add(folder, sounds);
        }

        return sounds;
    }
}
