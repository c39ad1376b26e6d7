using System.Management.Automation;

namespace KlingLipSync.Loader;

/// <summary>
/// One copy of the module in a process. The runtime takes the assemblies of a second one for those of the first, or refuses them with
/// words about assemblies: either the user would work with another version than was asked for, or would not know why there is none.
/// </summary>
internal static class OneCopy
{
    private const string ErrorId = "AnotherCopyLoaded", Manifest = "KlingLipSync.psd1";

    /// <summary>Where the copy lies that the process works with. In the process and not in a static: another version has statics of its own.</summary>
    private const string Mark = "KlingLipSync.Module";

    /// <exception cref="RuntimeException">Another copy was imported into this process before.</exception>
    public static void Require(string folder)
    {
        if (AppContext.GetData(Mark) is not string first)
        {
            AppContext.SetData(Mark, folder);
            return;
        }

        // A copy of the same version runs the first one's code: where it lies, only the session knows.
        var second = folder == first ? ImportedFolder() ?? folder : folder;
        if (!IsSame(first, second))
        {
            throw Refusal(first, second);
        }
    }

    /// <summary>The folder of the manifest that is being read; null where the module does not come in through it.</summary>
    private static string? ImportedFolder()
    {
        // What runs here runs in the session of the module to be. Its variable alone is asked for: a whole expression would be compiled first.
        // In a scope of its own: without one a constrained session refuses it.
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript("$ExecutionContext", useLocalScope: true).Invoke<EngineIntrinsics>() is [{ SessionState.Module.Path: { } path }] && Path.GetFileName(path) == Manifest
            ? Path.GetDirectoryName(path)
            : null;
    }

    /// <summary>Whether two paths lead to one folder, by links or by the letters' case.</summary>
    private static bool IsSame(string first, string second) =>
        first == second || Final(first).Equals(Final(second), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>The folder itself, whichever links the path goes by.</summary>
    private static string Final(string folder)
    {
        if (new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true) is { } target)
        {
            return Final(target.FullName);
        }

        return Path.GetDirectoryName(folder) is { } parent ? Path.Combine(Final(parent), Path.GetFileName(folder)) : folder;
    }

    private static RuntimeException Refusal(string first, string second)
    {
        var message = $"This session has loaded KlingLipSync from '{first}' and keeps it: the copy in '{second}' was not imported.";
        var refusal = new RuntimeException(message);
        return new RuntimeException(message, refusal, new ErrorRecord(refusal, ErrorId, ErrorCategory.ResourceExists, second)
        {
            ErrorDetails = new ErrorDetails(message) { RecommendedAction = "Start a new session and import the copy that you mean there. The first one goes on working here." },
        });
    }
}
