using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;

namespace KlingLipSync.Commands;

public sealed partial class InvokeKlingLipSyncCommand
{
    private readonly List<PlannedPair> overBudget = [];
    private readonly Dictionary<LipSyncBudgetPeriod, LipSyncBudget> broken = [];

    /// <summary>fal tells nobody whose key it is, so that a new key of the same account comes without the old one's budgets.</summary>
    private void WarnOfOtherKeysBudgets()
    {
        // Before anything is spent, so that -WarningAction Stop stops it.
        Start(_ =>
        {
            if (Session.Store.AccountsBudgetedInstead(Session.BudgetScope) is { Count: > 0 } others)
            {
                Post(() => WriteWarning(
                    $"The key {Session.Account} has no budget at {Session.Endpoint.Name}, though there are budgets for {string.Join(", ", others)}. Set-KlingLipSyncBudget sets one for this key."));
            }

            return Task.CompletedTask;
        });
        DrainToEnd();
    }

    /// <summary>Where the budgets leave less than all pairs cost. Some of those may be paid already, so that it is no refusal yet.</summary>
    private void WarnOfShortfall(decimal total)
    {
        Start(_ =>
        {
            foreach (var budget in Session.BudgetsAtMost().Where(b => b.Left < total))
            {
                Post(() => WriteWarning(FormattableString.Invariant(
                    $"The budget per {budget.Period} leaves {budget.Left:0.00####} of {budget.Amount:0.00####} USD until {budget.PeriodEnd:yyyy-MM-ddTHH:mm:ssZ}: what is not paid yet and goes beyond is not sent.")));
            }

            return Task.CompletedTask;
        });
        DrainToEnd();
    }

    private void CountOverBudget(PlannedPair pair, LipSyncBudget budget)
    {
        overBudget.Add(pair);
        broken[budget.Period] = budget;
    }

    private void ReportOverBudget()
    {
        if (overBudget.Count > 0)
        {
            WriteFailure(new LipSyncException(LipSyncError.BudgetExceeded, FormattableString.Invariant(
                $"{overBudget.Count} of the inputs, for {overBudget.Sum(p => p.CautiousPrice.Usd):0.00####} USD, were not sent: {string.Join(' ', broken.OrderBy(b => b.Key).Select(b => Sentence(b.Value)))}")),
                overBudget.ConvertAll(p => p.Input).ToArray());
        }
    }

    private static string Sentence(LipSyncBudget budget) => FormattableString.Invariant(
        $"The budget per {budget.Period} of {budget.Amount:0.00####} USD had {budget.Spent:0.00####} USD spent and {budget.Reserved:0.00####} USD reserved; that {budget.Period} ends at {budget.PeriodEnd:yyyy-MM-ddTHH:mm:ssZ}.");
}
