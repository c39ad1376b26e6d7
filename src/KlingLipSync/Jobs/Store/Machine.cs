namespace KlingLipSync.Jobs.Store;

/// <summary>A name that stays the same on this machine and differs on others.</summary>
internal static class Machine
{
    public static string Name { get; } = ReadName();

    private static string ReadName()
    {
        try
        {
            // A container's host name changes with every start; the system's id, where there is one, does not.
            if (File.Exists("/etc/machine-id") && File.ReadAllText("/etc/machine-id").Trim() is { Length: 32 } id)
            {
                return id;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The host name then.
        }

        return Environment.MachineName;
    }
}
