using System.Management.Automation;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>Completes the ids of keys that jobs were sent with or budgets are set for, as patterns that mean just them.</summary>
public sealed class KeyIdCompleter : StoreCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(Completion wanted, StoreGlance? store) =>
        (store?.KeyIds() ?? []).Where(key => key.Text.GoesOn(WildcardPattern.Unescape(wanted.Typed)))
            .Select(key => Offer(WildcardPattern.Escape(key.Text), QuoteText.Count(key.Count, "request")));
}
