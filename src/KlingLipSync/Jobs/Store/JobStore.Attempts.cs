using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <content>The money: intents, receipts, and how accepted jobs end.</content>
internal sealed partial class JobStore
{
    public void MarkUploading(string id, string run) => WriteUnflushed(c =>
        c.Run("UPDATE jobs SET state = 'Uploading', changed_at = $now WHERE id = $id AND owner = $run AND state = 'Preparing'",
            ("$id", id), ("$run", run), ("$now", Now)));

    /// <summary>The intent to pay. On the disk before the POST goes out; what an earlier attempt came to stays with that attempt.</summary>
    /// <param name="id">The job.</param>
    /// <param name="run">The run that owns it.</param>
    /// <param name="intent">What is about to be sent.</param>
    /// <param name="mayRenew">
    /// Whether the pair can be given other URLs, because one of its inputs is a file. Then it is told apart from a request that
    /// was proven absent, too, which may still be found.
    /// </param>
    /// <returns>The attempt's number; or why the two URLs must not be sent now.</returns>
    /// <exception cref="LipSyncException">The job is no longer this run's, with its price set aside.</exception>
    /// <exception cref="OverBudgetException">A budget was set or lowered since the claim.</exception>
    public (int Attempt, Twin? Twin) WriteIntent(string id, string run, Intent intent, bool mayRenew = false) => Write<(int, Twin?)>(c =>
    {
        if (TwinOf(c, id, intent, mayRenew) is { } twin)
        {
            return (0, twin);
        }

        var number = c.Scalar<int>("SELECT coalesce(max(number), 0) + 1 FROM attempts WHERE job_id = $id", ("$id", id));
        if (c.Run("""
            UPDATE jobs SET state = 'Submitting', attempt = $number, billed = 'No', error_type = NULL, error_message = NULL, retryable = 0,
                removed_at = NULL, changed_at = $now
            WHERE id = $id AND owner = $run AND state NOT IN ('Submitting', 'Unconfirmed', 'Queued') AND reserved_micro_usd > 0
            """, ("$id", id), ("$run", run), ("$number", number), ("$now", Now)) != 1)
        {
            throw new LipSyncException(LipSyncError.SubmitHeldBack, $"Job {id} is no longer this run's; nothing was sent.");
        }

        var job = Load(c, id)!;
        RequireRoomForIntent(c, new BudgetScope(job.Endpoint, job.EndpointId, intent.KeyId),
            c.Scalar<long>("SELECT reserved_micro_usd FROM jobs WHERE id = $id", ("$id", id)));

        // What was set aside moves to the attempt, which counts from now on.
        c.Run("""
            INSERT INTO attempts (job_id, number, run_id, state, video_url, audio_url, service, endpoint_id, key_id, amount_micro_usd,
                start_timeout_ms, result_expiry_ms, intent_at, fal_intent_at, provable_at)
            SELECT id, attempt, $run, 'Intent', $video, $audio, service, endpoint_id, $key, reserved_micro_usd, $start, $expiry, $now, $fal, $provable
            FROM jobs WHERE id = $id
            """,
            ("$id", id), ("$run", run), ("$video", intent.VideoUrl), ("$audio", intent.AudioUrl), ("$key", intent.KeyId),
            ("$start", (long)intent.StartTimeout.TotalMilliseconds), ("$expiry", (long?)intent.ResultExpiry?.TotalMilliseconds),
            ("$now", Now), ("$fal", intent.FalTime.Earliest.Milliseconds()),
            ("$provable", (intent.FalTime.Latest + intent.StartTimeout + Retention.ProofMargin).Milliseconds()));
        c.Run("UPDATE jobs SET reserved_micro_usd = 0 WHERE id = $id", ("$id", id));
        return (number, null);
    });

    /// <summary>Another request with the same two URLs that fal may have: its history could not tell the two apart.</summary>
    private Twin? TwinOf(SqliteConnection c, string id, Intent intent, bool mayRenew)
    {
        // In two halves, each with the words of the index that answers it: as one condition it read every attempt there is, for each intent.
        using var command = c.Prepare("""
            SELECT a.job_id, a.state FROM jobs j JOIN attempts a ON a.service = j.service
            WHERE j.id = $id AND a.video_url = $video AND a.audio_url = $audio AND a.state IN ('Intent', 'Unconfirmed') AND a.job_id <> $id
            UNION ALL
            SELECT a.job_id, a.state FROM jobs j JOIN attempts a ON a.service = j.service
            WHERE $renew AND j.id = $id AND a.video_url = $video AND a.audio_url = $audio
                AND a.state IN ('Unconfirmed', 'Absent', 'Late') AND a.state = 'Absent'
            LIMIT 1
            """, ("$id", id), ("$video", intent.VideoUrl), ("$audio", intent.AudioUrl), ("$renew", mayRenew ? 1 : 0));
        using var row = command.ExecuteReader();
        return row.Read()
            ? new Twin(row.GetString(0), row.GetString(1) != "Absent" && OwnerOf(c, row.GetString(0)) is { } owner && IsHeldBy(owner))
            : null;
    }

    /// <summary>The last look before the bytes leave: still this run's, still this intent.</summary>
    public bool MaySend(string id, string run, int attempt) => Read(c => c.Scalar<long>("""
        SELECT count(*) FROM jobs JOIN attempts ON job_id = id AND number = attempt
        WHERE id = $id AND owner = $run AND jobs.state = 'Submitting' AND attempt = $attempt AND attempts.state = 'Intent'
        """, ("$id", id), ("$run", run), ("$attempt", attempt)) == 1);

    /// <summary>The receipt. Before anything else after the POST; it may find the row taken over, and settles it all the same.</summary>
    /// <param name="id">The job.</param>
    /// <param name="attempt">Its attempt.</param>
    /// <param name="receipt">fal's word.</param>
    /// <param name="end">How the request ended, where the same answer says so.</param>
    public LipSyncJob WriteReceipt(string id, int attempt, Receipt receipt, JobEnd? end = null) => Write(c =>
    {
        SetAccepted(c, id, attempt, receipt);
        if (end is not null)
        {
            SetEnd(c, id, attempt, end);
        }

        return Load(c, id)!;
    });

    private void SetAccepted(SqliteConnection c, string id, int attempt, Receipt receipt)
    {
        var written = c.Run("""
            UPDATE attempts SET state = 'Accepted', request_id = $request, status_url = $status, response_url = $response,
                cancel_url = $cancel, accepted_at = $accepted, collect_before = $collect, why = NULL
            WHERE job_id = $id AND number = $attempt AND state IN ('Intent', 'Unconfirmed')
            """,
            ("$id", id), ("$attempt", attempt), ("$request", receipt.RequestId), ("$status", receipt.Address.StatusUrl),
            ("$response", receipt.Address.ResponseUrl), ("$cancel", receipt.Address.CancelUrl),
            ("$accepted", receipt.AcceptedAt?.Milliseconds() ?? Now), ("$collect", time.GetUtcNow().Add(Retention.Json).Milliseconds()));
        if (written != 1 && c.Scalar<string>("SELECT request_id FROM attempts WHERE job_id = $id AND number = $attempt", ("$id", id), ("$attempt", attempt)) == receipt.RequestId)
        {
            // Found in fal's history meanwhile.
            return;
        }

        if (written != 1)
        {
            throw new LipSyncException(LipSyncError.Unexpected, $"Attempt {attempt} of job {id} was settled by another.");
        }

        c.Run("""
            UPDATE jobs SET state = 'Queued', billed = 'Unknown', error_type = NULL, error_message = NULL, changed_at = $now
            WHERE id = $id AND attempt = $attempt AND state IN ('Submitting', 'Unconfirmed')
            """, ("$id", id), ("$attempt", attempt), ("$now", Now));
    }

    /// <summary>The POST certainly had no effect: it never left, or fal refused it. Nothing is owed.</summary>
    public LipSyncJob WriteNotAccepted(string id, int attempt, bool delivered, string why) => Write(c =>
    {
        // It may have been taken for unconfirmed meanwhile; this is the proof that it is not.
        if (c.Run("UPDATE attempts SET state = $state, why = $why WHERE job_id = $id AND number = $attempt AND state IN ('Intent', 'Unconfirmed')",
            ("$id", id), ("$attempt", attempt), ("$state", delivered ? "Refused" : "Undelivered"), ("$why", why)) == 1)
        {
            // Back to the claim that it came from, which may send again. A claim that is gone gets nothing.
            c.Run("""
                UPDATE jobs SET reserved_micro_usd = a.amount_micro_usd
                FROM (SELECT run_id, amount_micro_usd FROM attempts WHERE job_id = $id AND number = $attempt) a
                WHERE jobs.id = $id AND jobs.attempt = $attempt AND jobs.owner = a.run_id
                """, ("$id", id), ("$attempt", attempt));
        }

        FallBack(c, id, attempt);
        return Load(c, id)!;
    });

    /// <summary>A job whose attempt came to nothing is what its last accepted attempt made it; without one it is ready to be sent.</summary>
    private void FallBack(SqliteConnection c, string id, int attempt)
    {
        TakeUpLate(c, id, attempt);
        if (c.Run("""
            UPDATE jobs SET attempt = a.number, billed = a.billed, error_type = a.error_type, error_message = a.error_message,
                retryable = a.retryable, changed_at = $now,
                state = CASE WHEN a.end_state = 'Completed' AND EXISTS (SELECT 1 FROM outputs o
                    WHERE o.job_id = $id AND o.request_id = a.request_id AND o.saved_at IS NOT NULL) THEN 'Saved' ELSE a.end_state END
            FROM (SELECT * FROM attempts WHERE job_id = $id AND end_state IS NOT NULL ORDER BY number DESC LIMIT 1) a
            WHERE jobs.id = $id AND jobs.attempt = $attempt AND jobs.state IN ('Submitting', 'Unconfirmed')
            """, ("$id", id), ("$attempt", attempt), ("$now", Now)) == 0)
        {
            c.Run("""
                UPDATE jobs SET state = 'Preparing', billed = 'No', error_type = NULL, error_message = NULL, changed_at = $now
                WHERE id = $id AND attempt = $attempt AND state IN ('Submitting', 'Unconfirmed')
                """, ("$id", id), ("$attempt", attempt), ("$now", Now));
        }
    }

    /// <summary>A second payment is the only one where the attempt it was second to has come to nothing: the job goes on with it.</summary>
    private void TakeUpLate(SqliteConnection c, string id, int attempt)
    {
        var number = c.Scalar<int?>("""
            SELECT max(number) FROM attempts WHERE job_id = $id AND state = 'Late' AND coalesce(end_state, 'Completed') = 'Completed'
                AND NOT EXISTS (SELECT 1 FROM attempts WHERE job_id = $id AND state = 'Ended' AND end_state = 'Completed')
                AND EXISTS (SELECT 1 FROM jobs WHERE id = $id AND attempt = $attempt AND state IN ('Submitting', 'Unconfirmed'))
            """, ("$id", id), ("$attempt", attempt));
        if (number is not null)
        {
            c.Run("UPDATE attempts SET state = CASE WHEN end_state IS NULL THEN 'Accepted' ELSE 'Ended' END WHERE job_id = $id AND number = $number",
                ("$id", id), ("$number", number));
            c.Run("""
                UPDATE jobs SET attempt = $number, error_type = NULL, error_message = NULL, retryable = 0, reserved_micro_usd = 0, changed_at = $now,
                    state = CASE WHEN a.end_state IS NULL THEN 'Queued' ELSE 'Completed' END, billed = coalesce(a.billed, 'Unknown')
                FROM (SELECT end_state, billed FROM attempts WHERE job_id = $id AND number = $number) a WHERE jobs.id = $id
                """, ("$id", id), ("$number", number), ("$now", Now));
        }
    }

    /// <summary>The answer was lost. The amount counts as spent and the job is not sent again.</summary>
    public LipSyncJob WriteUnconfirmed(string id, int attempt, string why) => Write(c =>
    {
        SetUnconfirmed(c, id, attempt, why);
        return Load(c, id)!;
    });

    /// <summary>A job ends before anything was accepted: its inputs, its upload or its submission failed.</summary>
    public LipSyncJob WriteRefused(string id, string run, string errorType, string message, bool retryable) => Write(c =>
    {
        c.Run("""
            UPDATE jobs SET state = 'Failed', owner = NULL, billed = 'No', reserved_micro_usd = 0, error_type = $type,
                error_message = $message, retryable = $retryable, changed_at = $now
            WHERE id = $id AND owner = $run AND state IN ('Preparing', 'Uploading')
            """, ("$id", id), ("$run", run), ("$type", errorType), ("$message", message), ("$retryable", retryable ? 1 : 0), ("$now", Now));
        return Load(c, id)!;
    });

    /// <summary>How an accepted job ended at fal, as soon as it is seen; whoever sees it first writes it.</summary>
    public LipSyncJob WriteEnd(string id, int attempt, JobEnd end) => Write(c =>
    {
        SetEnd(c, id, attempt, end);
        return Load(c, id)!;
    });

    private void SetEnd(SqliteConnection c, string id, int attempt, JobEnd end)
    {
        if (c.Run("""
            UPDATE jobs SET state = $state, billed = $billed, error_type = $type, error_message = $message, retryable = $retryable, changed_at = $now
            WHERE id = $id AND attempt = $attempt AND state = 'Queued'
            """,
            ("$id", id), ("$attempt", attempt), ("$state", end.State.ToString()), ("$billed", end.Billed.ToString()), ("$type", end.ErrorType),
            ("$message", end.ErrorMessage), ("$retryable", end.Retryable ? 1 : 0), ("$now", Now)) == 1)
        {
            var expiry = c.Scalar<long?>("SELECT result_expiry_ms FROM attempts WHERE job_id = $id AND number = $attempt", ("$id", id), ("$attempt", attempt));
            var collect = end.State == LipSyncJobState.Completed
                ? time.GetUtcNow().Add(expiry is { } ms ? TimeSpan.FromMilliseconds(ms) : Retention.Media).Milliseconds()
                : (long?)null;
            c.Run("""
                UPDATE attempts SET state = 'Ended', completed_at = $now, collect_before = $collect, result_status = $status,
                    result_json = $json, result_url = $url, result_bytes = $bytes, billable_units = $units, end_state = $state,
                    billed = $billed, error_type = $type, error_message = $message, retryable = $retryable,
                    inference_ms = coalesce($inference, inference_ms), cancel_outcome = coalesce($cancel, cancel_outcome)
                WHERE job_id = $id AND number = $attempt
                """,
                ("$id", id), ("$attempt", attempt), ("$now", Now), ("$collect", collect), ("$status", end.Status), ("$json", end.Json),
                ("$state", end.State.ToString()), ("$billed", end.Billed.ToString()), ("$type", end.ErrorType), ("$message", end.ErrorMessage),
                ("$retryable", end.Retryable ? 1 : 0), ("$url", end.ResultUrl), ("$bytes", end.ResultBytes), ("$units", end.BillableUnits),
                ("$inference", (long?)end.InferenceTime?.TotalMilliseconds), ("$cancel", end.CancelOutcome?.ToString()));
        }
    }

    public LipSyncJob WriteCancelOutcome(string id, int attempt, LipSyncCancelOutcome outcome) => Write(c =>
    {
        c.Run("UPDATE attempts SET cancel_outcome = $outcome WHERE job_id = $id AND number = $attempt",
            ("$id", id), ("$attempt", attempt), ("$outcome", outcome.ToString()));
        return Load(c, id)!;
    });

    /// <summary>The result of an attempt is gone. Does nothing where another has found another end, or another attempt has begun.</summary>
    public LipSyncJob WriteLost(string id, int attempt, string why) => Write(c =>
    {
        if (c.Run("""
            UPDATE jobs SET state = 'Lost', error_type = 'JobLost', error_message = $why, changed_at = $now
            WHERE id = $id AND attempt = $attempt AND state IN ('Queued', 'Completed', 'Saved')
            """, ("$id", id), ("$attempt", attempt), ("$why", why), ("$now", Now)) == 1)
        {
            c.Run("""
                UPDATE attempts SET state = 'Ended', end_state = 'Lost', billed = coalesce(billed, 'Unknown'), error_type = 'JobLost',
                    error_message = $why, retryable = 0 WHERE job_id = $id AND number = $attempt
                """, ("$id", id), ("$attempt", attempt), ("$why", why));
        }

        return Load(c, id)!;
    });

    /// <summary>The file of a lost job is there again.</summary>
    public LipSyncJob WriteRegained(string id, int attempt) => Write(c =>
    {
        if (c.Run("UPDATE jobs SET state = 'Saved', error_type = NULL, error_message = NULL, changed_at = $now WHERE id = $id AND attempt = $attempt AND state = 'Lost'",
            ("$id", id), ("$attempt", attempt), ("$now", Now)) == 1)
        {
            c.Run("UPDATE attempts SET end_state = 'Completed', error_type = NULL, error_message = NULL WHERE job_id = $id AND number = $attempt",
                ("$id", id), ("$attempt", attempt));
        }

        return Load(c, id)!;
    });

    private void SetUnconfirmed(SqliteConnection c, string id, int attempt, string why)
    {
        c.Run("""
            UPDATE attempts SET state = 'Unconfirmed', why = $why,
                provable_at = coalesce(provable_at, fal_intent_at + start_timeout_ms + $margin)
            WHERE job_id = $id AND number = $attempt AND state = 'Intent'
            """, ("$id", id), ("$attempt", attempt), ("$why", why), ("$margin", (long)Retention.ProofMargin.TotalMilliseconds));
        c.Run("""
            UPDATE jobs SET state = 'Unconfirmed', owner = NULL, billed = 'Unknown', error_type = 'SubmitUnconfirmed',
                error_message = $why, changed_at = $now
            WHERE id = $id AND attempt = $attempt AND state = 'Submitting'
            """, ("$id", id), ("$attempt", attempt), ("$why", why), ("$now", Now));
    }
}
