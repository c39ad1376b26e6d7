using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>Lists the budgets of the store, those of other keys and endpoints as well, with what is left of them now.</summary>
[Cmdlet(VerbsCommon.Get, "KlingLipSyncBudget")]
[OutputType(typeof(LipSyncBudget))]
public sealed class GetKlingLipSyncBudgetCommand : CatalogueCommand
{
    /// <summary>Only budgets of this period.</summary>
    [Parameter(Position = 0)]
    public LipSyncBudgetPeriod? Period { get; set; }

    /// <summary>Only budgets of these keys, by the keys' ids; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeyIdCompleter))]
    public string[]? KeyId { get; set; }

    /// <summary>Only budgets at these endpoints; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string[]? Endpoint { get; set; }

    private protected override object? FailureTarget => Session.StoreFolder;

    /// <summary>Reads the store's place. No key is needed, and where there is no store none is made.</summary>
    protected override void EndProcessing()
    {
        OpenWithoutKey();
        Start(_ =>
        {
            foreach (var budget in (Session.HasStore ? Session.Store.Budgets() : []).Where(IsMeant))
            {
                Post(() => WriteObject(budget));
            }

            return Task.CompletedTask;
        });
        DrainToEnd();
    }

    private bool IsMeant(LipSyncBudget budget) =>
        (Period is null || budget.Period == Period) && Matches(KeyId, budget.KeyId) && Matches(Endpoint, budget.Endpoint);

    private static bool Matches(string[]? patterns, string text) =>
        patterns is null || Array.Exists(patterns, p => WildcardPattern.Get(p, WildcardOptions.IgnoreCase).IsMatch(text));
}
