using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>A path that is being typed: the folder it leads to by the session's own drives and location, and what was typed of a name in it.</summary>
/// <param name="Head">What stands before the name, as typed.</param>
/// <param name="Tail">What was typed of the name.</param>
/// <param name="IsPattern">Whether the parameter takes wildcards.</param>
internal sealed record FileWord(string Head, string Tail, bool IsPattern)
{
    /// <summary>Folders with more are looked at no further.</summary>
    private const int MostLooked = 20_000;

    private static readonly EnumerationOptions Plain = new() { AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };
    private static readonly EnumerationOptions Hidden = new() { AttributesToSkip = FileAttributes.System };

    public static FileWord Of(string typed, bool isPattern)
    {
        var name = typed.LastIndexOfAny(['/', '\\', ':']) + 1;
        return new FileWord(typed[..name], typed[name..], isPattern);
    }

    /// <summary>What goes on from the name, by name.</summary>
    /// <param name="isWanted">Whether a file is; folders always are.</param>
    public List<FileSystemInfo> Entries(Func<string, bool> isWanted) => Folder() is { } folder
        ? [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Tail.StartsWith('.') ? Hidden : Plain)
            .Take(MostLooked)
            .Where(entry => IsMatch(entry.Name) && (entry is DirectoryInfo || isWanted(entry.Name)))
            .OrderBy(entry => entry.Name, StringComparer.OrdinalIgnoreCase)]
        : [];

    /// <summary>The path to be put into the command line for a name in the folder.</summary>
    public string PathTo(string name) => IsPattern ? WildcardPattern.Escape(WildcardPattern.Unescape(Head) + name) : Head + name;

    /// <summary>The full path on the file system; null on another provider.</summary>
    public string? Folder()
    {
        var head = IsPattern ? WildcardPattern.Unescape(Head) : Head;
        var paths = ((EngineIntrinsics)((PSObject)PSObject.AsPSObject(ScriptBlock.Create("$ExecutionContext").InvokeReturnAsIs())).BaseObject).SessionState.Path;
        var folder = paths.GetUnresolvedProviderPathFromPSPath(head.Length == 0 ? "." : head, out var provider, out _);
        return provider.Name == "FileSystem" && Directory.Exists(folder) ? folder : null;
    }

    private bool IsMatch(string name) => IsPattern && WildcardPattern.ContainsWildcardCharacters(Tail)
        ? WildcardPattern.Get(Tail + "*", WildcardOptions.IgnoreCase).IsMatch(name)
        : name.GoesOn(IsPattern ? WildcardPattern.Unescape(Tail) : Tail);
}
