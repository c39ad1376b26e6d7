using System.Management.Automation;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>What the completers share that look into the store. Where there is none, they offer nothing and make none.</summary>
public abstract class StoreCompleter : LocalCompleter
{
    private protected StoreCompleter()
    {
    }

    private protected sealed override IEnumerable<CompletionResult> Complete(Completion wanted)
    {
        using var store = StoreGlance.Open(SessionSettings.Current.StoreFolder());
        return [.. Complete(wanted, store).Take(Most)];
    }

    /// <summary>What may stand there.</summary>
    private protected abstract IEnumerable<CompletionResult> Complete(Completion wanted, StoreGlance? store);
}
