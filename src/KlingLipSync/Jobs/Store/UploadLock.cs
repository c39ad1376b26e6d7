namespace KlingLipSync.Jobs.Store;

/// <summary>Whose turn it is to send a content, among all processes on one store: an operating-system lock, which a killed process frees.</summary>
/// <remarks>It spares bytes and nothing else. Whoever sends without it gets a URL that is as good.</remarks>
internal sealed class UploadLock : IDisposable
{
    private readonly FileStream file;

    private UploadLock(FileStream file) => this.file = file;

    /// <param name="storeFolder">The store's folder.</param>
    /// <param name="sha256">The content.</param>
    /// <param name="taken">The lock; null where the disk has none to give, and it is done without.</param>
    /// <returns>False while another has it.</returns>
    public static bool TryTake(string storeFolder, string sha256, out UploadLock? taken)
    {
        var path = Path.Combine(storeFolder, "uploads", sha256 + ".lock");
        try
        {
            taken = new UploadLock(PrivateFiles.OpenLock(path, FileMode.OpenOrCreate));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            taken = null;
            return !File.Exists(path);
        }
    }

    public void Dispose() => file.Dispose();
}
