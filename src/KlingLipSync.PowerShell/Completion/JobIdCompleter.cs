using System.Management.Automation;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>Completes job ids, newest first, and fal's request ids once one is begun.</summary>
public sealed class JobIdCompleter : StoreCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(Completion wanted, StoreGlance? store) =>
        (store?.Jobs(wanted.Typed, Most) ?? []).Select(job => Offer(job.Id.GoesOn(wanted.Typed) ? job.Id : job.RequestId!, Tip(PSObject.AsPSObject(job))));

    private static string Tip(PSObject job) => string.Join(", ", new[]
    {
        job.Words("State"),
        JobView.Time(job),
        $"{JobView.Cost(job)} USD",
        JobProperties.Source(job),
    }.Where(part => !string.IsNullOrEmpty(part)));
}
