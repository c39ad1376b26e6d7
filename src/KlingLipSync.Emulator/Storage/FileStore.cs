using System.Collections.Concurrent;
using KlingLipSync.Emulator.Http;

namespace KlingLipSync.Emulator.Storage;

/// <summary>The files of the CDN, in a folder of this emulator's own that goes with it.</summary>
internal sealed class FileStore(BaseAddress address, TimeProvider clock) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("klinglipsync-emulator-").FullName;
    private readonly ConcurrentDictionary<string, StoredFile> files = new();
    private readonly ConcurrentQueue<LedgerUpload> uploads = new();

    public IReadOnlyList<LedgerUpload> Uploads => [.. uploads];

    public string NewDiskPath() => Path.Combine(folder, Guid.NewGuid().ToString("N"));

    public void Add(StoredFile file)
    {
        if (files.TryGetValue(file.UrlPath, out var old))
            Delete(old);
        files[file.UrlPath] = file;
    }

    /// <summary>Adds a file that a client sent, and books it.</summary>
    public void AddUpload(StoredFile file, string announcedName)
    {
        Add(file);
        uploads.Enqueue(new LedgerUpload(
            address.File(file.UrlPath), file.Length, file.Sha256, file.ContentType, announcedName, (long?)file.Lifecycle.Expiration?.TotalSeconds));
    }

    /// <summary>The file there, unless it has expired, which deletes it for good.</summary>
    public StoredFile? Find(string urlPath)
    {
        if (!files.TryGetValue(urlPath, out var file))
            return null;
        if (!file.ExpiredBy(clock.GetUtcNow()))
            return file;
        if (files.TryRemove(KeyValuePair.Create(urlPath, file)))
            Delete(file);
        return null;
    }

    /// <summary>Deletes a file; false where there is none.</summary>
    public bool Remove(string urlPath)
    {
        if (Find(urlPath) is null || !files.TryRemove(urlPath, out var file))
            return false;
        Delete(file);
        return true;
    }

    public void Clear()
    {
        foreach (var (path, file) in files)
        {
            if (files.TryRemove(path, out _))
                Delete(file);
        }

        uploads.Clear();
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A file still being read on Windows; the system's clean-up of its temporary folder takes it.
        }
    }

    private static void Delete(StoredFile file)
    {
        if (file.DiskPath is not null)
            File.Delete(file.DiskPath);
    }
}
