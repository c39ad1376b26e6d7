namespace KlingLipSync.Jobs.Store;

/// <summary>Files and folders that are nobody else's to read: receipts, and URLs that anyone could fetch.</summary>
internal static class PrivateFiles
{
    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            // There a profile's folders are private by inheritance.
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>A file that is locked while it is open, and gone when it is closed.</summary>
    /// <exception cref="IOException">Another has it, or it cannot be made.</exception>
    public static FileStream OpenLock(string path, FileMode mode)
    {
        MakeFolder(Path.GetDirectoryName(path)!);

        // FileShare.None is flock(LOCK_EX) on Unix and a share mode on Windows; both end with the process.
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 1, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>An empty file, before a library makes one that everybody may read. Only ever made new; nothing on Windows.</summary>
    /// <exception cref="IOException">It is there already, or cannot be made.</exception>
    public static void MakeFile(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.Open(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }
    }
}
