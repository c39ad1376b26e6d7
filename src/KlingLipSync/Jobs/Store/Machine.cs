namespace KlingLipSync.Jobs.Store;

/// <summary>A name that stays the same on this machine and differs on others.</summary>
internal static class Machine
{
    /// <summary>The variable with the name that stands for every machine its operator gives it to.</summary>
    public const string Variable = "KLINGLIPSYNC_MACHINE";

    /// <summary>
    /// The operator's own name for it, where he gives one: he vouches that of all machines of that name just one is at work on the
    /// store at a time, which no lock of one machine can prove about another.
    /// </summary>
    public static string Name =>
        Environment.GetEnvironmentVariable(Variable) is { } given && !string.IsNullOrWhiteSpace(given) ? given.Trim() : Own;

    /// <summary>Whether a store of this owner is at home here: under the given name, or, whatever name is given, under the machine's own.</summary>
    public static bool Is(string owner) => owner == Name || owner == Own;

    /// <summary>The name that the system gives it.</summary>
    public static string Own { get; } = ReadName();

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
