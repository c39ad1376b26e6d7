namespace KlingLipSync.Jobs.Store;

/// <content>How long jobs took.</content>
internal sealed partial class JobStore
{
    /// <summary>Enough to know what is usual now.</summary>
    private const int LatestEnded = 50;

    /// <summary>
    /// How long a job of the scope takes from its acceptance to its result, as the median of the latest; null when none has told.
    /// Only what the run that sent it saw to its end counts: of a job that was collected the next day nobody knows when it ended.
    /// </summary>
    public TimeSpan? TypicalDuration(BudgetScope scope) => Read(c =>
    {
        using var command = c.Prepare("""
            SELECT a.completed_at - a.accepted_at FROM attempts a JOIN runs r ON r.id = a.run_id
            WHERE a.service = $service AND a.key_id = $account AND a.endpoint_id = $endpoint AND a.end_state = 'Completed'
                AND a.completed_at > a.accepted_at AND a.completed_at <= coalesce(r.ended_at, a.completed_at)
            ORDER BY a.intent_at DESC LIMIT $most
            """, ("$service", scope.Service), ("$account", scope.Account), ("$endpoint", scope.EndpointId), ("$most", LatestEnded));
        using var row = command.ExecuteReader();
        var took = new List<long>(LatestEnded);
        while (row.Read())
        {
            took.Add(row.GetInt64(0));
        }

        took.Sort();
        return took.Count > 0 ? TimeSpan.FromMilliseconds(took[took.Count / 2]) : (TimeSpan?)null;
    });
}
