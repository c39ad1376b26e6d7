namespace KlingLipSync.Jobs.Store;

/// <summary>
/// Who works on a job, told by an operating-system lock and not by a clock: a killed process frees it, a paused one keeps it.
/// </summary>
internal sealed class OwnerLock : IDisposable
{
    private readonly FileStream file;

    private OwnerLock(FileStream file) => this.file = file;

    public static OwnerLock Take(string storeFolder, string run)
    {
        var path = PathOf(storeFolder, run);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // FileShare.None is flock(LOCK_EX) on Unix and a share mode on Windows; both end with the process.
        return new OwnerLock(new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
    }

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
