using System.Management.Automation;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>Completes endpoints: the session's, the environment's, and those that jobs were sent to. fal itself is what is meant without one.</summary>
public sealed class EndpointCompleter : StoreCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(Completion wanted, StoreGlance? store) =>
        SessionSettings.Current.CustomEndpoints()
            .Concat((store?.Services() ?? []).Where(s => Uri.IsWellFormedUriString(s.Text, UriKind.Absolute)).Select(s => (s.Text, Why: QuoteText.Count(s.Count, "request"))))
            .DistinctBy(e => e.Text)
            .Where(e => e.Text.GoesOn(wanted.Typed))
            .Select(e => Offer(e.Text, e.Why));
}
