using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>Lists the budgets of the store, those of other keys and endpoints as well, with what is left of them now.</summary>
[Cmdlet(VerbsCommon.Get, "KlingLipSyncBudget")]
[OutputType(typeof(LipSyncBudget))]
public sealed class GetKlingLipSyncBudgetCommand : BudgetCommand
{
    /// <summary>Only budgets of this period.</summary>
    [Parameter(Position = 0)]
    public LipSyncBudgetPeriod? Period { get; set; }

    /// <summary>Reads the store's place. No key is needed, and where there is no store none is made.</summary>
    protected override void EndProcessing()
    {
        OpenSession(needsKey: false);
        if (!Session.HasStore)
        {
            return;
        }

        foreach (var budget in FromStore(store => store.Budgets()).Where(b => Period is null || b.Period == Period))
        {
            WriteObject(budget);
        }
    }
}
