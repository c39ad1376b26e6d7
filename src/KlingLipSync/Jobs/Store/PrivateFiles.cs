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
