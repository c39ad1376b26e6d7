using KlingLipSync.Media;

namespace KlingLipSync.Commands;

/// <summary>Completes folders and clips; sounds as well for the commands that judge them by themselves.</summary>
public sealed class ClipPathCompleter : FileCompleter
{
    private protected override bool IsWanted(Completion wanted, string name) => MediaEndings.IsClip(name)
        || (MediaEndings.IsSound(name) && wanted.Command.EndsWith("-KlingLipSyncMedia", StringComparison.OrdinalIgnoreCase));
}
