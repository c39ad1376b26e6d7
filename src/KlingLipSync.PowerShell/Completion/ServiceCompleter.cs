using System.Management.Automation;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>Completes the names of the services that the store knows, fal among them, as patterns that mean just them.</summary>
public sealed class ServiceCompleter : StoreCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(Completion wanted, StoreGlance? store) =>
        (store?.Services() ?? []).Where(s => s.Text.GoesOn(WildcardPattern.Unescape(wanted.Typed)))
            .Select(s => Offer(WildcardPattern.Escape(s.Text), QuoteText.Count(s.Count, "request")));
}
