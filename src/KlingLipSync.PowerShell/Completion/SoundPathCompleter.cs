using System.Management.Automation;
using KlingLipSync.Media;

namespace KlingLipSync.Commands;

/// <summary>Completes folders and sounds, first those that are called as the clip that is typed already.</summary>
public sealed class SoundPathCompleter : FileCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(Completion wanted)
    {
        if (Clip(wanted) is not { } clip)
        {
            return base.Complete(wanted);
        }

        var name = Path.GetFileNameWithoutExtension(clip.Tail);
        var here = Offers(Word(wanted), s => IsWanted(wanted, s), s => Distance(s, name));
        if (wanted.Typed.Length > 0 || clip.Head.Length == 0)
        {
            return here;
        }

        // The clip lies elsewhere, and so does, as a rule, its sound.
        var beside = Offers(clip with { Tail = "", IsPattern = false }, s => IsWanted(wanted, s) && Distance(s, name) < Any, s => Distance(s, name))
            .Where(o => o.ResultType == CompletionResultType.ProviderItem);
        return beside.Concat(here).DistinctBy(o => o.CompletionText).Take(Most);
    }

    private protected override bool IsWanted(Completion wanted, string name) => MediaEndings.IsSound(name);

    private static FileWord? Clip(Completion wanted) =>
        wanted.TextOf(nameof(InputCommand.Path)) is { } pattern ? FileWord.Of(WildcardPattern.Unescape(pattern), false)
        : (wanted.TextOf(nameof(InputCommand.LiteralPath)) ?? wanted.TextOf("VideoPath")) is { } path ? FileWord.Of(path, false)
        : null;

    /// <summary>0 for the clip's own name, 1 for one that goes on from it, such as <c>anna.de.mp3</c>.</summary>
    private static int Distance(string sound, string clip) =>
        Path.GetFileNameWithoutExtension(sound).Equals(clip, StringComparison.OrdinalIgnoreCase) ? 0 : sound.GoesOn(clip + ".") ? 1 : Any;
}
