using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>Lists the budgets of the store, those of other keys and endpoints as well, with what is left of them now.</summary>
[Cmdlet(VerbsCommon.Get, "KlingLipSyncBudget")]
[OutputType(typeof(LipSyncBudget))]
public sealed class GetKlingLipSyncBudgetCommand : CatalogueCommand
{
    private readonly HashSet<(string, string, string, LipSyncBudgetPeriod)> seen = [];

    /// <summary>Only budgets of this period.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public LipSyncBudgetPeriod? Period { get; set; }

    /// <summary>Only budgets of these keys, by the keys' ids; wildcards are allowed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(KeyIdCompleter))]
    public string[]? KeyId { get; set; }

    /// <summary>Only budgets at these endpoints; wildcards are allowed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string[]? Endpoint { get; set; }

    private protected override object? FailureTarget => Session.StoreFolder;

    /// <summary>Reads the store's place. No key is needed, and where there is no store none is made.</summary>
    protected override void BeginProcessing() => OpenWithoutKey();

    /// <summary>Emits this record's budgets; each of them once, however many objects name it.</summary>
    protected override void ProcessRecord()
    {
        Start(_ =>
        {
            foreach (var budget in (Session.HasStore ? Session.Store.Budgets() : []).Where(b => IsMeant(b) && seen.Add((b.Endpoint, b.EndpointId, b.KeyId, b.Period))))
            {
                Post(() => WriteObject(budget));
            }

            return Task.CompletedTask;
        });
        DrainToEnd();
    }

    private bool IsMeant(LipSyncBudget budget) =>
        (Period is null || budget.Period == Period) && Matches(KeyId, budget.KeyId) && Matches(Endpoint, budget.Endpoint);

    // An address from the pipe may have brackets of its own. An empty cell names none, and means any.
    private static bool Matches(string[]? patterns, string text) => patterns is null || Array.TrueForAll(patterns, string.IsNullOrWhiteSpace)
        || Array.Exists(patterns, p => !string.IsNullOrWhiteSpace(p)
            && (p.Equals(text, StringComparison.OrdinalIgnoreCase) || WildcardPattern.Get(p, WildcardOptions.IgnoreCase).IsMatch(text)));
}
