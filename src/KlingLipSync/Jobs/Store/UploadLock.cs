namespace KlingLipSync.Jobs.Store;

/// <summary>Whose turn it is to send a content, among all processes on one store: an operating-system lock, which a killed process frees.</summary>
/// <remarks>It spares bytes and nothing else. Whoever sends without it gets a URL that is as good.</remarks>
internal sealed class UploadLock : IDisposable
{
    private readonly FileStream file;

    private UploadLock(FileStream file) => this.file = file;

    /// <returns>The lock; null while another has it.</returns>
    public static UploadLock? TryTake(string storeFolder, string sha256)
    {
        var path = Path.Combine(storeFolder, "uploads", sha256 + ".lock");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new UploadLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The latter on Windows, of a lock that is being given up at this moment.
            return null;
        }
    }

    public void Dispose() => file.Dispose();
}
