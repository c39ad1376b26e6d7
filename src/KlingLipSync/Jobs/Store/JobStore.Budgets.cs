using KlingLipSync.Media;
using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <content>
/// Budgets. What may have been spent is in the attempts; what a live claim holds for an attempt yet to come is in
/// <c>jobs.reserved_micro_usd</c>. An amount is in one of the two, never in both, and moves between them in one transaction.
/// </content>
internal sealed partial class JobStore
{
    public void SetBudget(BudgetScope scope, LipSyncBudgetPeriod period, decimal amount) => Write(c => c.Run("""
        INSERT OR REPLACE INTO budgets (service, endpoint_id, account, period, amount_micro_usd, set_at)
        VALUES ($service, $endpoint, $account, $period, $amount, $now)
        """,
        ("$service", scope.Service), ("$endpoint", scope.EndpointId), ("$account", scope.Account), ("$period", period.ToString()),
        ("$amount", Money.ToMicro(amount)), ("$now", Now)));

    public bool HasBudget(BudgetScope scope, LipSyncBudgetPeriod period) => Read(c => Caps(c, scope).Exists(b => b.Period == period));

    /// <returns>False when there is none.</returns>
    public bool RemoveBudget(BudgetScope scope, LipSyncBudgetPeriod period) => Write(c => c.Run("""
        DELETE FROM budgets WHERE service = $service AND endpoint_id = $endpoint AND account = $account AND period = $period
        """,
        ("$service", scope.Service), ("$endpoint", scope.EndpointId), ("$account", scope.Account), ("$period", period.ToString())) == 1);

    /// <summary>All budgets, with what is left of them now.</summary>
    /// <remarks>A write, as every look at owners is: two at once would take each other's look for a living owner.</remarks>
    public IReadOnlyList<LipSyncBudget> Budgets() => Write(c => Caps(c, null).ConvertAll(cap => At(c, cap, ReservedIn(c, cap.Scope, null))));

    /// <summary>The budgets of one scope, with what is left of them now.</summary>
    public IReadOnlyList<LipSyncBudget> BudgetsFor(BudgetScope scope) => Write(c => Caps(c, scope).ConvertAll(cap => At(c, cap, ReservedIn(c, scope, null))));

    /// <summary>
    /// The budgets of one scope, all reservations counted, those of dead owners as well: for a look that must not write, as one at
    /// owners does.
    /// </summary>
    public IReadOnlyList<LipSyncBudget> BudgetsAtMost(BudgetScope scope) =>
        Read(c => Caps(c, scope).ConvertAll(cap => At(c, cap, Reservations(c, scope).Sum(r => r.MicroUsd))));

    /// <summary>The accounts that have budgets for this service and endpoint, where the scope's own has none: a key may have been changed.</summary>
    public IReadOnlyList<string> AccountsBudgetedInstead(BudgetScope scope) => Read(c =>
    {
        var accounts = Caps(c, null).Select(b => b.Scope).Where(s => s.Service == scope.Service && s.EndpointId == scope.EndpointId)
            .Select(s => s.Account).Distinct().ToList();
        return accounts.Contains(scope.Account) ? [] : accounts;
    });

    /// <summary>Room for a claim: beside what was spent, what all live claims hold counts.</summary>
    /// <exception cref="OverBudgetException">There is none.</exception>
    private void RequireRoomForClaim(SqliteConnection c, BudgetScope scope, string run, long amount)
    {
        if (Caps(c, scope) is { Count: > 0 } caps)
        {
            RequireRoom(c, caps, amount, ReservedIn(c, scope, run));
        }
    }

    /// <summary>
    /// Room for an intent, beside what was spent. The claim has made sure of it, unless the budget was set or lowered since,
    /// or the clock was turned back.
    /// </summary>
    /// <exception cref="OverBudgetException">There is none.</exception>
    private void RequireRoomForIntent(SqliteConnection c, BudgetScope scope, long amount) => RequireRoom(c, Caps(c, scope), amount, 0);

    private void RequireRoom(SqliteConnection c, List<Cap> caps, long amount, long reserved)
    {
        foreach (var cap in caps)
        {
            var budget = At(c, cap, reserved);
            if (budget.Spent + budget.Reserved + Money.FromMicro(amount) > budget.Amount)
            {
                throw new OverBudgetException(budget);
            }
        }
    }

    private LipSyncBudget At(SqliteConnection c, Cap cap, long reserved)
    {
        var now = time.GetUtcNow();
        return new LipSyncBudget
        {
            Period = cap.Period,
            Amount = Money.FromMicro(cap.MicroUsd),
            Spent = Money.FromMicro(SpentSince(c, cap.Scope, cap.Period.StartAt(now))),
            Reserved = Money.FromMicro(reserved),
            PeriodStart = cap.Period.StartAt(now),
            PeriodEnd = cap.Period.EndAt(now),
            Endpoint = cap.Scope.Service,
            EndpointId = cap.Scope.EndpointId,
            KeyId = cap.Scope.Account,
        };
    }

    /// <remarks>
    /// No end: an attempt dated after now was made before the clock was turned back, and whatever is spent until that time
    /// comes again would come on top of it. An attempt without an endpoint was written by the version before this one.
    /// </remarks>
    private static long SpentSince(SqliteConnection c, BudgetScope scope, DateTimeOffset start) => c.Scalar<long>("""
        SELECT coalesce(sum(coalesce(amount_micro_usd, $unknown)), 0) FROM attempts
        WHERE service = $service AND key_id = $account AND intent_at >= $start AND coalesce(endpoint_id, $endpoint) = $endpoint
            AND (state IN ('Intent', 'Unconfirmed', 'Accepted') OR (state IN ('Ended', 'Late') AND coalesce(billed, 'Unknown') <> 'No'))
        """,
        ("$service", scope.Service), ("$account", scope.Account), ("$endpoint", scope.EndpointId), ("$start", start.Milliseconds()),
        ("$unknown", LipSyncPrice.Unknown.MicroUsd));

    /// <summary>What live claims hold. Whatever the day is, they hold it now: a claim of yesterday is paid today.</summary>
    /// <param name="c">The connection, in a transaction that writes.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="run">The run that asks, which needs no look; null where none asks.</param>
    private long ReservedIn(SqliteConnection c, BudgetScope scope, string? run)
    {
        var sum = 0L;
        foreach (var (owner, reserved) in Reservations(c, scope))
        {
            if (owner == run || IsHeldBy(owner))
            {
                sum += reserved;
            }
            else
            {
                c.Run("""
                    UPDATE jobs SET reserved_micro_usd = 0
                    WHERE service = $service AND endpoint_id = $endpoint AND account = $account AND reserved_micro_usd > 0 AND owner = $owner
                    """,
                    ("$service", scope.Service), ("$endpoint", scope.EndpointId), ("$account", scope.Account), ("$owner", owner));
            }
        }

        return sum;
    }

    private static List<(string Owner, long MicroUsd)> Reservations(SqliteConnection c, BudgetScope scope)
    {
        using var command = c.Prepare("""
            SELECT owner, sum(reserved_micro_usd) FROM jobs
            WHERE service = $service AND endpoint_id = $endpoint AND account = $account AND reserved_micro_usd > 0 AND owner IS NOT NULL
            GROUP BY owner
            """,
            ("$service", scope.Service), ("$endpoint", scope.EndpointId), ("$account", scope.Account));
        using var row = command.ExecuteReader();
        var reservations = new List<(string, long)>();
        while (row.Read())
        {
            reservations.Add((row.GetString(0), row.GetInt64(1)));
        }

        return reservations;
    }

    private static List<Cap> Caps(SqliteConnection c, BudgetScope? scope)
    {
        using var command = c.Prepare("""
            SELECT service, endpoint_id, account, period, amount_micro_usd FROM budgets
            WHERE $all OR (service = $service AND endpoint_id = $endpoint AND account = $account)
            ORDER BY service, endpoint_id, account, period
            """,
            ("$all", scope is null ? 1 : 0), ("$service", scope?.Service), ("$endpoint", scope?.EndpointId), ("$account", scope?.Account));
        using var row = command.ExecuteReader();
        var caps = new List<Cap>();
        while (row.Read())
        {
            caps.Add(new Cap(new BudgetScope(row.GetString(0), row.GetString(1), row.GetString(2)),
                Enum.Parse<LipSyncBudgetPeriod>(row.GetString(3)), row.GetInt64(4)));
        }

        return caps;
    }

    private sealed record Cap(BudgetScope Scope, LipSyncBudgetPeriod Period, long MicroUsd);
}
