using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>Sets the most that may be spent in a day or a month with the session's key at its endpoint.</summary>
/// <remarks>
/// It holds for all processes on the store, from the next job on: one that is set or lowered while jobs run holds back what is
/// not sent yet. Piping budgets of another key in sets the same amounts for the session's key.
/// </remarks>
[Cmdlet(VerbsCommon.Set, "KlingLipSyncBudget", SupportsShouldProcess = true)]
[OutputType(typeof(LipSyncBudget))]
public sealed class SetKlingLipSyncBudgetCommand : BudgetCommand
{
    private readonly List<(LipSyncBudgetPeriod Period, decimal Amount)> wanted = [];

    /// <summary>The most that may be spent in one period, in USD, 0 to 1,000,000.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, HelpMessage = "The most that may be spent in one period, in USD.")]
    [UsdAmount]
    [ValidateRange(0.0, 1_000_000.0)] // Whole numbers would round the amount before they look at it: -0.4 would pass.
    public decimal Amount { get; set; }

    /// <summary>Day or Month, both UTC.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, HelpMessage = "Day or Month, both UTC.")]
    public LipSyncBudgetPeriod Period { get; set; }

    /// <summary>Emit the budget, with what is left of it now.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Reads key, endpoint and store place.</summary>
    protected override void BeginProcessing() => OpenSession();

    /// <summary>Takes this record's budget.</summary>
    protected override void ProcessRecord() => wanted.Add((Period, Amount));

    /// <summary>Sets the budgets; none of a period that two different amounts came in for.</summary>
    protected override void EndProcessing()
    {
        foreach (var period in wanted.GroupBy(w => w.Period, w => w.Amount))
        {
            var amounts = period.Distinct().ToArray();
            if (amounts.Length > 1)
            {
                // Budgets of several keys or endpoints were piped: the last of them would have become this one's.
                WriteFailure(new LipSyncException(LipSyncError.BudgetAmbiguous,
                    $"{amounts.Length} amounts came in for the budget per {period.Key}, {string.Join(", ", amounts.Select(a => FormattableString.Invariant($"{a:0.00####}")))} USD; none was set."),
                    amounts);
            }
            else
            {
                SetBudget(period.Key, amounts[0]);
            }
        }
    }

    private void SetBudget(LipSyncBudgetPeriod period, decimal amount)
    {
        var scope = Session.BudgetScope;
        if (!ShouldProcess(Named(scope, period), FormattableString.Invariant($"Set to {amount:0.00####} USD")))
        {
            return;
        }

        var budget = FromStore(store =>
        {
            store.SetBudget(scope, period, amount);
            return store.BudgetsFor(scope).FirstOrDefault(b => b.Period == period);
        });
        if (PassThru)
        {
            WriteObject(budget);
        }
    }
}
