namespace KlingLipSync.Jobs.Store;

/// <summary>The disk that a folder lies on, as far as the system tells.</summary>
/// <param name="Type">What kind the runtime takes it for.</param>
/// <param name="Format">The file system's name.</param>
/// <param name="FreeBytes">Room that is left for this user.</param>
internal sealed record StoreDrive(DriveType Type, string Format, long FreeBytes)
{
    // Of these the runtime calls some "unknown" or "fixed".
    private static readonly string[] NetworkFormats =
        ["nfs", "cifs", "smb", "afs", "9p", "v9fs", "ncp", "coda", "ceph", "gluster", "lustre", "gpfs", "davfs", "webdav", "afpfs", "sshfs", "rclone", "s3fs", "gcsfuse", "blobfuse"];

    /// <summary>Whether locks and flushes may be another machine's business.</summary>
    public bool IsNetwork => Type == DriveType.Network || NetworkFormats.Any(f => BareFormat.StartsWith(f, StringComparison.OrdinalIgnoreCase));

    private string BareFormat => Format.StartsWith("fuse.", StringComparison.OrdinalIgnoreCase) ? Format["fuse.".Length..] : Format;

    /// <summary>Null when the system does not say.</summary>
    public static StoreDrive? Of(string folder)
    {
        try
        {
            var drive = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder);
            return drive.IsReady ? new StoreDrive(drive.DriveType, drive.DriveFormat, drive.AvailableFreeSpace) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A share named by \\host\share has no drive letter to ask.
            return null;
        }
    }
}
