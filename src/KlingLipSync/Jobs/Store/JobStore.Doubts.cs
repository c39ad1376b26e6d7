using KlingLipSync.Fal;
using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <content>Attempts of which nobody knows whether fal has them, and what its history says of them.</content>
internal sealed partial class JobStore
{
    /// <summary>How long after the proof of its absence a request is still looked for.</summary>
    private static readonly TimeSpan LateFinds = TimeSpan.FromHours(24);

    /// <summary>Whether there is anything that a look into fal's history may settle. Asks, and writes nothing.</summary>
    public bool HasDoubts(BudgetScope scope) => Read(c => c.Scalar<long>("""
        SELECT EXISTS (SELECT 1 FROM attempts WHERE service = $service AND key_id = $account AND (state = 'Unconfirmed' OR (state = 'Absent' AND absent_at > $since)))
            OR EXISTS (SELECT 1 FROM jobs WHERE state = 'Submitting' AND service = $service AND account = $account)
        """, ("$service", scope.Service), ("$account", scope.Account), ("$since", (time.GetUtcNow() - LateFinds).Milliseconds())) == 1);

    /// <summary>
    /// The attempts that a look into fal's history may settle: the unconfirmed ones, those that a dead run left on their way out,
    /// and those that were proven absent not long ago.
    /// </summary>
    public IReadOnlyList<Doubt> Doubts(BudgetScope scope) => Write(c =>
    {
        foreach (var (job, owner) in Pairs(c, "SELECT id, coalesce(owner, '') FROM jobs WHERE state = 'Submitting' AND service = $service AND account = $account",
            ("$service", scope.Service), ("$account", scope.Account)))
        {
            if (owner.Length == 0 || !IsHeldBy(owner))
            {
                SettleAbandoned(c, job);
            }
        }

        using var command = c.Prepare("""
            SELECT job_id, number, video_url, audio_url, fal_intent_at, start_timeout_ms,
                coalesce(provable_at, fal_intent_at + start_timeout_ms + $margin), state, rowid FROM attempts
            WHERE service = $service AND key_id = $account AND coalesce(endpoint_id, $endpoint) = $endpoint
                AND (state = 'Unconfirmed' OR (state = 'Absent' AND absent_at > $since))
            """,
            ("$service", scope.Service), ("$account", scope.Account), ("$endpoint", scope.EndpointId), ("$since", (time.GetUtcNow() - LateFinds).Milliseconds()),
            ("$margin", (long)Retention.ProofMargin.TotalMilliseconds));
        using var row = command.ExecuteReader();
        var doubts = new List<Doubt>();
        while (row.Read())
        {
            var provable = At(6);
            var latest = provable - TimeSpan.FromMilliseconds(row.GetInt64(5)) - Retention.ProofMargin;
            doubts.Add(new Doubt(row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetString(3),
                new FalMoment(At(4), latest), provable, row.GetString(7) == "Absent", row.GetInt64(8)));
        }

        return doubts;

        DateTimeOffset At(int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
    });

    /// <summary>The inputs that a request of ours was sent with, and its place in the order of all intents.</summary>
    public (string VideoUrl, string AudioUrl, long Order)? SentAs(string requestId) => Read(c =>
    {
        using var command = c.Prepare("SELECT video_url, audio_url, rowid FROM attempts WHERE request_id = $id", ("$id", requestId));
        using var row = command.ExecuteReader();
        return row.Read() ? (row.GetString(0), row.GetString(1), row.GetInt64(2)) : ((string, string, long)?)null;
    });

    /// <summary>
    /// fal's history has a request of ours whose answer was lost: it takes its place as the job's attempt. Where another
    /// attempt was paid since, both are: the found one is booked as late.
    /// </summary>
    public FoundAs WriteFound(Doubt doubt, Receipt receipt, DateTimeOffset acceptedAt) => Write(c =>
    {
        var (id, number) = (doubt.JobId, doubt.Number);
        if (c.Scalar<long>("SELECT EXISTS (SELECT 1 FROM attempts WHERE request_id = $request)", ("$request", receipt.RequestId)) == 1)
        {
            // Another process was quicker.
            return FoundAs.Known;
        }

        var wasAbsent = c.Scalar<string>("SELECT state FROM attempts WHERE job_id = $id AND number = $attempt", ("$id", id), ("$attempt", number)) == "Absent";
        var isLate = wasAbsent && c.Scalar<long>("""
            SELECT EXISTS (SELECT 1 FROM attempts WHERE job_id = $id AND number > $attempt AND state NOT IN ('Undelivered', 'Refused', 'Absent')
                AND NOT (state = 'Ended' AND billed = 'No'))
            """, ("$id", id), ("$attempt", number)) == 1;
        if (c.Run("""
            UPDATE attempts SET state = $state, request_id = $request, status_url = $status, response_url = $response,
                cancel_url = $cancel, accepted_at = $accepted, collect_before = $collect, why = NULL, absent_at = NULL, billed = $billed
            WHERE job_id = $id AND number = $attempt AND state IN ('Unconfirmed', 'Absent')
            """,
            ("$id", id), ("$attempt", number), ("$state", isLate ? "Late" : "Accepted"), ("$request", receipt.RequestId),
            ("$status", receipt.Address.StatusUrl), ("$response", receipt.Address.ResponseUrl),
            ("$cancel", receipt.Address.CancelUrl), ("$accepted", acceptedAt.Milliseconds()),
            ("$collect", acceptedAt.Add(Retention.Json).Milliseconds()), ("$billed", isLate ? "Unknown" : null)) != 1)
        {
            return FoundAs.Known;
        }

        if (isLate)
        {
            return FoundAs.Late;
        }

        // A claim that was about to send the pair anew finds the row taken, and sends nothing.
        c.Run("""
            UPDATE jobs SET state = 'Queued', attempt = $attempt, reserved_micro_usd = 0, billed = 'Unknown', error_type = NULL,
                error_message = NULL, changed_at = $now
            WHERE id = $id
            """, ("$id", id), ("$attempt", number), ("$now", Now));
        return FoundAs.Own;
    });

    /// <summary>What a late request came to. It is kept with its attempt; the job stays what its own attempt made it.</summary>
    public void WriteLateEnd(string id, int attempt, JobEnd end) => Write(c => c.Run("""
        UPDATE attempts SET completed_at = $now, collect_before = $now + coalesce(result_expiry_ms, $life), result_status = $status, result_json = $json,
            result_url = $url, result_bytes = $bytes, billable_units = $units, end_state = $state, billed = $billed, error_type = $type,
            error_message = $message, retryable = 0
        WHERE job_id = $id AND number = $attempt AND state = 'Late' AND end_state IS NULL
        """,
        ("$id", id), ("$attempt", attempt), ("$now", Now), ("$life", (long)Retention.Media.TotalMilliseconds),
        ("$status", end.Status), ("$json", end.Json), ("$url", end.ResultUrl), ("$bytes", end.ResultBytes), ("$units", end.BillableUnits),
        ("$state", end.State.ToString()), ("$billed", end.Billed.ToString()), ("$type", end.ErrorType), ("$message", end.ErrorMessage)));

    /// <summary>It is proven that fal never had the request: nothing is owed for it, and the pair may be sent again.</summary>
    /// <returns>False when it is not unconfirmed any more.</returns>
    public bool WriteAbsent(Doubt doubt) => Write(c =>
    {
        if (c.Run("UPDATE attempts SET state = 'Absent', absent_at = $now WHERE job_id = $id AND number = $attempt AND state = 'Unconfirmed'",
            ("$id", doubt.JobId), ("$attempt", doubt.Number), ("$now", Now)) != 1)
        {
            return false;
        }

        FallBack(c, doubt.JobId, doubt.Number);
        return true;
    });

    private static List<(string, string)> Pairs(SqliteConnection c, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = c.Prepare(sql, parameters);
        using var row = command.ExecuteReader();
        var pairs = new List<(string, string)>();
        while (row.Read())
        {
            pairs.Add((row.GetString(0), row.GetString(1)));
        }

        return pairs;
    }
}
