using System.Management.Automation;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>Turns what users type into full paths, through the provider and on the pipeline thread.</summary>
internal static class PathBinding
{
    /// <summary>Every file a wildcard path names.</summary>
    /// <exception cref="LipSyncException">No file matches, or the path is not on a drive of files.</exception>
    public static IReadOnlyList<string> Resolve(this PSCmdlet command, string path)
    {
        RequirePath(path);
        try
        {
            var resolved = command.GetResolvedProviderPathFromPSPath(path, out var provider);
            RequireFiles(provider, path);
            return resolved.Count > 0 ? resolved : throw NotFound(path);
        }
        catch (ItemNotFoundException e)
        {
            throw NotFound(path, e);
        }
        catch (Exception e) when (e is System.Management.Automation.DriveNotFoundException or ProviderInvocationException or PSArgumentException or NotSupportedException)
        {
            throw new LipSyncException(LipSyncError.FileNotFound, $"'{path}' cannot be resolved: {e.Message}", e);
        }
    }

    /// <summary>The full path of a name taken literally; it need not exist.</summary>
    /// <exception cref="LipSyncException">The path is not on a drive of files.</exception>
    public static string ResolveLiteral(this PSCmdlet command, string path, LipSyncError error = LipSyncError.FileNotFound)
    {
        RequirePath(path, error);
        try
        {
            var full = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            RequireFiles(provider, path, error);
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(full));
        }
        catch (Exception e) when (e is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or ProviderInvocationException or PSArgumentException or NotSupportedException or ArgumentException)
        {
            throw new LipSyncException(error, $"'{path}' cannot be resolved: {e.Message}", e);
        }
    }

    /// <summary>A URL would be looked up as a drive, and shown with its signature.</summary>
    private static void RequirePath(string path, LipSyncError error = LipSyncError.FileNotFound)
    {
        if (ShownAddress.IsAddress(path))
        {
            throw new LipSyncException(error, $"'{ShownAddress.Of(path)}' is a URL, and a path was asked for.")
            {
                Remedy = error == LipSyncError.FileNotFound ? "Give URLs as -VideoUrl and -AudioUrl, or in columns of those names." : null,
            };
        }
    }

    private static void RequireFiles(ProviderInfo provider, string path, LipSyncError error = LipSyncError.FileNotFound)
    {
        if (!provider.Name.Equals("FileSystem", StringComparison.Ordinal))
        {
            throw new LipSyncException(error, $"'{path}' is on the provider {provider.Name}; only files are taken.");
        }
    }

    private static LipSyncException NotFound(string path, Exception? inner = null) =>
        new(LipSyncError.FileNotFound, $"No file matches '{path}'.", inner);
}
