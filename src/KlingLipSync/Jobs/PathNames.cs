namespace KlingLipSync.Jobs;

/// <summary>When two full paths name one file.</summary>
internal static class PathNames
{
    /// <summary>Windows and macOS keep no two names apart that differ only in case.</summary>
    public static StringComparer Comparer { get; } = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
}
