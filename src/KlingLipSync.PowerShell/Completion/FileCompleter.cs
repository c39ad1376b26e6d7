using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>What the completers of paths share: folders and the files that are wanted, by the session's own drives and location.</summary>
public abstract class FileCompleter : LocalCompleter
{
    /// <summary>The order of what is in no way special.</summary>
    private protected const int Any = 2;

    private protected FileCompleter()
    {
    }

    private protected override IEnumerable<CompletionResult> Complete(Completion wanted) => Offers(Word(wanted), name => IsWanted(wanted, name), _ => Any);

    /// <summary>Whether a file is offered, by its name.</summary>
    private protected abstract bool IsWanted(Completion wanted, string name);

    /// <summary>The path that is being typed. Only -Path takes wildcards.</summary>
    private protected static FileWord Word(Completion wanted) => FileWord.Of(wanted.Typed, wanted.Parameter == nameof(InputCommand.Path));

    /// <summary>What is in the folder, what fits first.</summary>
    /// <param name="word">The path that is being typed.</param>
    /// <param name="isWanted">Whether a file is offered.</param>
    /// <param name="order">What matters more than how well a file fits, by its name; the least first.</param>
    private protected static IEnumerable<CompletionResult> Offers(FileWord word, Func<string, bool> isWanted, Func<string, int> order)
    {
        var entries = word.Entries(isWanted).OrderBy(e => e is FileInfo ? order(e.Name) : Any).Take(4 * Most).ToList();
        var tips = FileTips.Of(entries);
        return entries
            .Select(entry => (Entry: entry, Tip: entry is DirectoryInfo ? new FileTip(FileRank.Folder, entry.FullName)
                : tips.TryGetValue(entry.FullName, out var known) ? known : new FileTip(FileRank.Unread, entry.FullName)))
            .OrderBy(e => e.Entry is FileInfo && e.Tip.Rank != FileRank.Refused ? order(e.Entry.Name) : Any)
            .ThenBy(e => e.Tip.Rank)
            .Take(Most)
            .Select(e => new CompletionResult(CompletionWord.Write(word.PathTo(e.Entry.Name)), e.Entry.Name,
                e.Entry is DirectoryInfo ? CompletionResultType.ProviderContainer : CompletionResultType.ProviderItem, e.Tip.Text));
    }
}
