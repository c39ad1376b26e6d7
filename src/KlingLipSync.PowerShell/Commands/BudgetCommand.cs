using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Commands;

/// <summary>What the commands about budgets share: the store, looked at on the pipeline thread.</summary>
public abstract class BudgetCommand : LipSyncCommand
{
    private protected override object? FailureTarget => Session.StoreFolder;

    /// <summary>Asks the store. A store that cannot be used ends the command with its record.</summary>
    private protected T FromStore<T>(Func<JobStore, T> ask)
    {
        try
        {
            return ask(Session.Store);
        }
        catch (LipSyncException e)
        {
            ThrowTerminatingError(ErrorCatalogue.Record(e, FailureTarget));
            throw;
        }
    }

    /// <summary>A budget in words, for a question or an error.</summary>
    private protected static string Named(BudgetScope scope, LipSyncBudgetPeriod period) =>
        $"the budget per {period} of the key {scope.Account} at {scope.Service}";
}
