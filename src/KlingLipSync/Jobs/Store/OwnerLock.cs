namespace KlingLipSync.Jobs.Store;

/// <summary>
/// Who works on a job, told by an operating-system lock and not by a clock: a killed process frees it, a paused one keeps it.
/// </summary>
internal sealed class OwnerLock : IDisposable
{
    private readonly FileStream file;

    private OwnerLock(FileStream file) => this.file = file;

    public static OwnerLock Take(string storeFolder, string run) => new(PrivateFiles.OpenLock(PathOf(storeFolder, run), FileMode.CreateNew));

    public static bool IsAlive(string storeFolder, string run)
    {
        var path = PathOf(storeFolder, run);
        try
        {
            using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1))
            {
            }

            File.Delete(path);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In doubt it is alive: a job is then left alone instead of paid twice.
            return true;
        }
    }

    public void Dispose() => file.Dispose();

    private static string PathOf(string storeFolder, string run) => Path.Combine(storeFolder, "owners", run + ".lock");
}
