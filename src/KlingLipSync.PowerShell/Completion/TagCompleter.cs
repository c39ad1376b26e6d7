using System.Management.Automation;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>Completes the marks that jobs carry, the last used first.</summary>
public sealed class TagCompleter : StoreCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(Completion wanted, StoreGlance? store) =>
        (store?.Tags(wanted.Typed, Most) ?? []).Select(tag => Offer(tag.Text, QuoteText.Count(tag.Count, "job")));
}
