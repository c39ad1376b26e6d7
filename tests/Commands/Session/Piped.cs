using System.Management.Automation;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>Objects as other commands would pipe them.</summary>
internal static class Piped
{
    /// <summary>A file as <c>Get-ChildItem</c> emits it.</summary>
    public static PSObject File(string path)
    {
        var file = new PSObject(new FileInfo(path));
        file.Properties.Add(new PSNoteProperty("PSPath", $@"Microsoft.PowerShell.Core\FileSystem::{path}"));
        return file;
    }

    public static PSObject[] Files(IEnumerable<string> paths) => [.. paths.Select(File)];

    /// <summary>A row as <c>Import-Csv</c> emits it: every cell is text, an empty one is the empty text.</summary>
    public static PSObject Row(params (string Column, string? Cell)[] cells)
    {
        var row = new PSObject();
        foreach (var (column, cell) in cells)
        {
            row.Properties.Add(new PSNoteProperty(column, cell));
        }

        return row;
    }
}
