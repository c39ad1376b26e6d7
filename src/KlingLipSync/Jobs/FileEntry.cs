namespace KlingLipSync.Jobs;

/// <summary>What the system knows about a file without reading it.</summary>
internal static class FileEntry
{
    /// <summary>
    /// Size and time of change of the bytes that reading the path gives. Of a link .NET tells the link's own: by those a changed file
    /// behind an old link would be taken for the one that was paid for.
    /// </summary>
    public static FileInfo Of(string path)
    {
        var entry = new FileInfo(path);
        return entry.Exists && entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && entry.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target
            ? target
            : entry;
    }
}
