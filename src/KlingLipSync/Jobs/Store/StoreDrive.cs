namespace KlingLipSync.Jobs.Store;

/// <summary>The disk that a folder lies on, as far as the system tells.</summary>
/// <param name="Type">What kind the runtime takes it for.</param>
/// <param name="Format">The file system's name.</param>
/// <param name="FreeBytes">Room that is left for this user.</param>
internal sealed record StoreDrive(DriveType Type, string Format, long FreeBytes)
{
    private const string Mounts = "/proc/self/mounts";

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
            return drive.IsReady ? new StoreDrive(drive.DriveType, MountedAs(folder) ?? drive.DriveFormat, drive.AvailableFreeSpace) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A share named by \\host\share has no drive letter to ask.
            return null;
        }
    }

    /// <summary>Linux's own list tells one kind of FUSE from another, which the runtime does not; null elsewhere.</summary>
    private static string? MountedAs(string folder) => File.Exists(Mounts) ? FormatIn(File.ReadLines(Mounts), Path.GetFullPath(folder)) : null;

    /// <summary>The file system of a folder by the lines of such a list: of the mounts above it the deepest, and of those the last.</summary>
    internal static string? FormatIn(IEnumerable<string> mounts, string folder)
    {
        var (format, depth) = ((string?)null, -1);
        foreach (var fields in mounts.Select(line => line.Split(' ')).Where(fields => fields.Length > 2))
        {
            var place = fields[1].Replace("\\040", " ", StringComparison.Ordinal).TrimEnd('/') + "/";
            if (place.Length >= depth && (folder + "/").StartsWith(place, StringComparison.Ordinal))
            {
                (format, depth) = (fields[2], place.Length);
            }
        }

        return format;
    }
}
