using System.Management.Automation;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>Removes budgets: the session's own by its period, or any that is piped in.</summary>
[Cmdlet(VerbsCommon.Remove, "KlingLipSyncBudget", SupportsShouldProcess = true, DefaultParameterSetName = PeriodSet)]
[OutputType(typeof(LipSyncBudget))]
public sealed class RemoveKlingLipSyncBudgetCommand : BudgetCommand
{
    private const string PeriodSet = "Period", InputSet = "InputObject";

    /// <summary>The period of the budget of the session's key and endpoint.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PeriodSet, HelpMessage = "Day or Month.")]
    public LipSyncBudgetPeriod Period { get; set; }

    /// <summary>Budgets, as Get-KlingLipSyncBudget emits them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputSet, HelpMessage = "The budgets.")]
    [BudgetFromProperties]
    [ValidateNotNull]
    public LipSyncBudget[] InputObject { get; set; } = [];

    /// <summary>Emit each budget that was removed, as it was.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Reads the store's place, and the key where it says whose budget is meant.</summary>
    protected override void BeginProcessing() => OpenSession(needsKey: MyInvocation.BoundParameters.ContainsKey(nameof(Period)));

    /// <summary>Removes this record's budgets; one error for each that is not there.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == PeriodSet)
        {
            Remove(Session.BudgetScope, Period, Period);
            return;
        }

        foreach (var budget in InputObject)
        {
            Remove(new BudgetScope(budget.Endpoint, budget.EndpointId, budget.KeyId), budget.Period, budget);
        }
    }

    private void Remove(BudgetScope scope, LipSyncBudgetPeriod period, object target)
    {
        var name = Named(scope, period);
        var isThere = Session.HasStore && FromStore(store => store.HasBudget(scope, period));
        if (isThere && !ShouldProcess(name, "Remove"))
        {
            return;
        }

        var budget = isThere && PassThru ? FromStore(store => store.BudgetsFor(scope).FirstOrDefault(b => b.Period == period)) : null;

        // Another process may have been faster.
        if (isThere && FromStore(store => store.RemoveBudget(scope, period)))
        {
            if (budget is not null)
            {
                WriteObject(budget);
            }
        }
        else
        {
            WriteFailure(new LipSyncException(LipSyncError.BudgetNotFound, $"There is no such budget in the store '{Session.StoreFolder}': {name}."), target);
        }
    }
}
