using System.Management.Automation;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>Completes the ids of runs that jobs belong to, the newest first.</summary>
public sealed class RunIdCompleter : StoreCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(Completion wanted, StoreGlance? store) =>
        (store?.Runs(wanted.Typed, Most) ?? []).Select(run =>
            Offer(run.Id, $"{run.Command}, {ViewText.Span(DateTimeOffset.UtcNow - run.StartedAt)} ago, {QuoteText.Count(run.Jobs, "job")}"));
}
