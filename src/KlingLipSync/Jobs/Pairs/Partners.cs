using KlingLipSync.Media;

namespace KlingLipSync.Jobs.Pairs;

/// <summary>Finds the sound that belongs to a clip: the same base name, beside it or in another folder.</summary>
internal sealed class Partners
{
    // One listing a folder: ten thousand clips in one folder are ten thousand look-ups, not ten thousand listings.
    private readonly Dictionary<string, Listing> folders = new(StringComparer.Ordinal);

    /// <param name="clip">The clip.</param>
    /// <param name="directory">Where the sounds lie; null for the clip's own folder.</param>
    /// <exception cref="LipSyncException">None or several.</exception>
    public MediaInput For(MediaInput clip, string? directory)
    {
        var home = clip.Path is { } path ? Path.GetDirectoryName(path) : null;
        var folder = directory ?? home
            ?? throw new LipSyncException(LipSyncError.PartnerMissing, $"The clip '{clip}' is a URL, so there is no folder to look for its sound in.");
        var listing = List(folder);
        if (home is not null)
        {
            listing.ClipFolders.Add(home);
        }

        listing.Asked.Add(clip.BaseName);
        var found = listing.Sounds[clip.BaseName].Order(StringComparer.Ordinal).ToList();
        return found.Count switch
        {
            1 => MediaInput.File(found[0]),
            0 => throw new LipSyncException(LipSyncError.PartnerMissing,
                $"'{clip}' has no sound: neither {string.Join(", ", MediaEndings.Sounds.Select(e => clip.BaseName + e))} is in '{folder}'."),
            _ => throw new LipSyncException(LipSyncError.PartnerAmbiguous,
                $"'{clip}' has {found.Count} sounds it could go with: {string.Join(", ", found.Select(f => Path.GetFileName(f)))}."),
        };
    }

    /// <summary>The sounds in the folders that were looked through that no clip goes with: none that was asked for, and none that lies where the clips lie.</summary>
    public IEnumerable<string> Orphans() => folders.Values.ToList().SelectMany(listing => listing.Sounds
        .Where(sounds => !Names(sounds.Key).Any(name => listing.Asked.Contains(name) || listing.ClipFolders.Any(folder => HasClip(folder, name))))
        .SelectMany(sounds => sounds)).Order(StringComparer.Ordinal);

    /// <summary>A sound's name and what is left of it without its endings: <c>anna.de.mp3</c> is one of anna's sounds.</summary>
    private static IEnumerable<string> Names(string name)
    {
        for (; name.Length > 0; name = Path.GetFileNameWithoutExtension(name))
        {
            yield return name;
            if (!Path.HasExtension(name))
            {
                yield break;
            }
        }
    }

    private bool HasClip(string folder, string name)
    {
        try
        {
            return List(folder).Clips.Contains(name);
        }
        catch (LipSyncException)
        {
            // Whoever cannot look into the folder cannot call a sound an orphan.
            return true;
        }
    }

    private Listing List(string folder)
    {
        if (!folders.TryGetValue(folder, out var listing))
        {
            try
            {
                listing = new Listing([.. Directory.EnumerateFiles(folder)]);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new LipSyncException(LipSyncError.PartnerMissing, $"The folder '{folder}' cannot be read for sounds: {e.Message}", e);
            }

            folders.Add(folder, listing);
        }

        return listing;
    }

    private sealed class Listing(string[] files)
    {
        public ILookup<string, string> Sounds { get; } = files.Where(MediaEndings.IsSound)
            .ToLookup(f => Path.GetFileNameWithoutExtension(f), PathNames.Comparer);

        public HashSet<string> Clips { get; } = files.Where(MediaEndings.IsClip)
            .Select(f => Path.GetFileNameWithoutExtension(f)).ToHashSet(PathNames.Comparer);

        /// <summary>The clips' names that a sound was looked for here.</summary>
        public HashSet<string> Asked { get; } = new(PathNames.Comparer);

        /// <summary>Where those clips lie.</summary>
        public HashSet<string> ClipFolders { get; } = new(StringComparer.Ordinal);
    }
}
