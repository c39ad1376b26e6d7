using System.Runtime.InteropServices;

namespace KlingLipSync.Results;

/// <summary>Makes a rename survive a power cut where the system lets a folder be flushed.</summary>
internal static class FolderFlush
{
    /// <summary>Flushes a folder, if that is possible here. The rename itself has happened either way.</summary>
    public static void Flush(string? folder)
    {
        if (folder is null || OperatingSystem.IsWindows())
            return;
        try
        {
            var descriptor = Open(folder, 0);
            if (descriptor < 0)
                return;
            _ = Fsync(descriptor);
            _ = Close(descriptor);
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException)
        {
            // A Unix whose C library has another name.
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
