namespace KlingLipSync.Commands;

/// <summary>Completes folders.</summary>
public sealed class FolderCompleter : FileCompleter
{
    private protected override bool IsWanted(Completion wanted, string name) => false;
}
