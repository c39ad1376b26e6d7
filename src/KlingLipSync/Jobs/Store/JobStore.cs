using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <summary>
/// The durable memory of what was claimed, sent, accepted and saved. Every method is one transaction; what it wrote
/// is flushed to the disk when it returns.
/// </summary>
internal sealed partial class JobStore : IDisposable
{
    /// <summary>How many accepted and unbilled failures a pair may have before it is only reported.</summary>
    public const int MostTries = 3;

    private readonly SqliteConnection connection;
    private readonly object gate = new();
    private readonly TimeProvider time;

    /// <summary>Opens the store in <paramref name="folder"/>, making it on first use.</summary>
    public JobStore(string folder, TimeProvider time)
    {
        Folder = folder;
        this.time = time;
        connection = StoreFile.Open(folder, time);
    }

    public string Folder { get; }

    public string FilePath => Path.Combine(Folder, StoreFile.Name);

    /// <summary>Refuses to spend over a store that is damaged or whose disk is about to be full.</summary>
    public void CheckBeforeSpending()
    {
        const long leastFree = 64L << 20;
        if (StoreFile.FreeBytes(Folder) is { } free && free < leastFree)
        {
            throw new LipSyncException(LipSyncError.StoreDiskFull,
                $"The disk that holds the store '{FilePath}' has only {free >> 20} MiB left; a receipt might not find room.");
        }

        var verdict = Read(c => c.Scalar<string>("PRAGMA quick_check(1)"));
        if (verdict != "ok")
        {
            throw StoreFile.Corrupt(FilePath);
        }
    }

    // Runs

    public void BeginRun(string id, string command) => Write(c => c.Run(
        "INSERT INTO runs (id, command, process_id, started_at) VALUES ($id, $command, $pid, $now)",
        ("$id", id), ("$command", command), ("$pid", Environment.ProcessId), ("$now", Now)));

    public void EndRun(string id, LipSyncRunSummary? summary) => Write(c =>
    {
        // Whatever the run still holds is free for the next one, which sees it by state.
        c.Run("UPDATE jobs SET owner = NULL WHERE owner = $id", ("$id", id));
        c.Run("""
            UPDATE runs SET ended_at = $now, saved = $saved, failed = $failed, unsent = $unsent, pending = $pending,
                spent_micro_usd = $spent WHERE id = $id
            """,
            ("$id", id), ("$now", Now), ("$saved", summary?.Saved), ("$failed", summary?.Failed), ("$unsent", summary?.Unsent),
            ("$pending", summary?.Pending), ("$spent", summary is null ? null : Money.ToMicro(summary.Spent)));
    });

    // Claims

    /// <summary>Takes the pair for a run: makes its job, or says what became of it.</summary>
    public Claim ClaimPair(PairIdentity pair, string run, JobFacts facts, DateTimeOffset? resubmitBefore) => Write(c =>
    {
        var id = c.Scalar<string>("SELECT id FROM jobs WHERE pair = $pair", ("$pair", pair.Key));
        if (id is null)
        {
            id = JobId.New(time);
            c.Run("""
                INSERT INTO jobs (id, pair, service, endpoint_id, account, state, owner, run_id, created_at, changed_at)
                VALUES ($id, $pair, $service, $endpoint, $account, 'Preparing', $run, $run, $now, $now)
                """,
                ("$id", id), ("$pair", pair.Key), ("$service", pair.Service), ("$endpoint", pair.EndpointId),
                ("$account", pair.Account), ("$run", run), ("$now", Now));
            return new Claim(ClaimKind.Fresh, Describe(c, id, run, facts));
        }

        if (OwnerOf(c, id) is { } owner && IsHeldBy(owner))
        {
            return new Claim(ClaimKind.Busy, Load(c, id)!);
        }

        var job = SettleAbandoned(c, id);
        var kind = job.State switch
        {
            LipSyncJobState.Preparing or LipSyncJobState.Uploading => ClaimKind.Fresh,
            LipSyncJobState.Unconfirmed => ClaimKind.Held,
            LipSyncJobState.Queued => ClaimKind.Open,
            _ when resubmitBefore is { } limit && job.SubmittedAt < limit => ClaimKind.Fresh,
            LipSyncJobState.Completed or LipSyncJobState.Saved => ClaimKind.Done,
            LipSyncJobState.Failed when job.Billed == LipSyncBilled.No && job.Retryable && FailuresOf(c, id) < MostTries => ClaimKind.Fresh,
            LipSyncJobState.Cancelled when job.Billed == LipSyncBilled.No => ClaimKind.Fresh,
            _ => ClaimKind.Ended,
        };

        switch (kind)
        {
            case ClaimKind.Fresh:
                c.Run("UPDATE attempts SET state = 'Ended' WHERE job_id = $id AND state = 'Accepted'", ("$id", id));
                c.Run("""
                    UPDATE jobs SET state = 'Preparing', owner = $run, run_id = $run, billed = 'No', error_type = NULL,
                        error_message = NULL, retryable = 0, removed_at = NULL, changed_at = $now WHERE id = $id
                    """, ("$id", id), ("$run", run), ("$now", Now));
                return new Claim(kind, Describe(c, id, run, facts));
            case ClaimKind.Open or ClaimKind.Done:
                c.Run("UPDATE jobs SET owner = $run, run_id = $run WHERE id = $id", ("$id", id), ("$run", run));
                return new Claim(kind, Load(c, id)!);
            default:
                return new Claim(kind, job);
        }
    });

    /// <summary>Takes a known job for a run, so that only one process writes its file; false while another has it.</summary>
    public bool TryOwn(string id, string run) => Write(c =>
    {
        if (OwnerOf(c, id) is { } owner && owner != run && IsHeldBy(owner))
        {
            return false;
        }

        SettleAbandoned(c, id);
        return c.Run("UPDATE jobs SET owner = $run WHERE id = $id", ("$id", id), ("$run", run)) == 1;
    });

    /// <summary>Gives a job free. One whose POST is out stays the run's own until the run ends, after the POST's receipt.</summary>
    public void Release(string id, string run) => Write(c =>
        c.Run("UPDATE jobs SET owner = NULL WHERE id = $id AND owner = $run AND state <> 'Submitting'", ("$id", id), ("$run", run)));

    // The way of a job

    public void MarkUploading(string id, string run) => Write(c =>
        c.Run("UPDATE jobs SET state = 'Uploading', changed_at = $now WHERE id = $id AND owner = $run AND state = 'Preparing'",
            ("$id", id), ("$run", run), ("$now", Now)));

    /// <summary>The intent to pay. On the disk before the POST goes out; the number it returns names the attempt.</summary>
    /// <exception cref="LipSyncException">The job is no longer this run's, or another attempt is unsettled.</exception>
    public int WriteIntent(string id, string run, Intent intent) => Write(c =>
    {
        if (c.Run("""
            UPDATE jobs SET state = 'Submitting', attempt = attempt + 1, changed_at = $now
            WHERE id = $id AND owner = $run AND state IN ('Preparing', 'Uploading')
            """, ("$id", id), ("$run", run), ("$now", Now)) != 1)
        {
            throw new LipSyncException(LipSyncError.Unexpected, $"Job {id} was taken over by another run; nothing was sent.");
        }

        var number = c.Scalar<int>("SELECT attempt FROM jobs WHERE id = $id", ("$id", id));
        try
        {
            c.Run("""
                INSERT INTO attempts (job_id, number, run_id, state, video_url, audio_url, service, key_id, amount_micro_usd,
                    start_timeout_ms, result_expiry_ms, intent_at, fal_intent_at)
                SELECT id, attempt, $run, 'Intent', $video, $audio, service, $key, quoted_micro_usd, $start, $expiry, $now, $fal
                FROM jobs WHERE id = $id
                """,
                ("$id", id), ("$run", run), ("$video", intent.VideoUrl), ("$audio", intent.AudioUrl), ("$key", intent.KeyId),
                ("$start", (long)intent.StartTimeout.TotalMilliseconds), ("$expiry", (long?)intent.ResultExpiry?.TotalMilliseconds),
                ("$now", Now), ("$fal", intent.FalTime.Milliseconds()));
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 19)
        {
            throw new LipSyncException(LipSyncError.SubmitUnconfirmed,
                $"Another request with the same two input URLs is not settled yet, so job {id} was not sent: fal's history could not tell them apart.", e);
        }

        return number;
    });

    /// <summary>The last look before the bytes leave: still this run's, still this intent.</summary>
    public bool MaySend(string id, string run, int attempt) => Read(c => c.Scalar<long>("""
        SELECT count(*) FROM jobs JOIN attempts ON job_id = id AND number = attempt
        WHERE id = $id AND owner = $run AND jobs.state = 'Submitting' AND attempt = $attempt AND attempts.state = 'Intent'
        """, ("$id", id), ("$run", run), ("$attempt", attempt)) == 1);

    /// <summary>The receipt. Before anything else after the POST; it may find the row taken over, and settles it all the same.</summary>
    public LipSyncJob WriteReceipt(string id, int attempt, Receipt receipt) => Write(c =>
    {
        c.Run("""
            UPDATE attempts SET state = 'Accepted', request_id = $request, status_url = $status, response_url = $response,
                cancel_url = $cancel, accepted_at = $now, collect_before = $collect, why = NULL
            WHERE job_id = $id AND number = $attempt AND state IN ('Intent', 'Unconfirmed')
            """,
            ("$id", id), ("$attempt", attempt), ("$request", receipt.RequestId), ("$status", receipt.Address.Status.AbsoluteUri),
            ("$response", receipt.Address.Response.AbsoluteUri), ("$cancel", receipt.Address.Cancel.AbsoluteUri), ("$now", Now),
            ("$collect", time.GetUtcNow().Add(Retention.Json).Milliseconds()));
        c.Run("""
            UPDATE jobs SET state = 'Queued', billed = 'Unknown', error_type = NULL, error_message = NULL, changed_at = $now
            WHERE id = $id AND attempt = $attempt AND state IN ('Submitting', 'Unconfirmed')
            """, ("$id", id), ("$attempt", attempt), ("$now", Now));
        return Load(c, id)!;
    });

    /// <summary>The POST certainly had no effect: it never left, or fal refused it. Nothing is owed.</summary>
    public LipSyncJob WriteNotAccepted(string id, int attempt, bool delivered, string why) => Write(c =>
    {
        // It may have been taken for unconfirmed meanwhile; this is the proof that it is not.
        c.Run("UPDATE attempts SET state = $state, why = $why WHERE job_id = $id AND number = $attempt AND state IN ('Intent', 'Unconfirmed')",
            ("$id", id), ("$attempt", attempt), ("$state", delivered ? "Refused" : "Undelivered"), ("$why", why));
        c.Run("""
            UPDATE jobs SET state = 'Preparing', billed = 'No', error_type = NULL, error_message = NULL, changed_at = $now
            WHERE id = $id AND attempt = $attempt AND state IN ('Submitting', 'Unconfirmed')
            """, ("$id", id), ("$attempt", attempt), ("$now", Now));
        return Load(c, id)!;
    });

    /// <summary>The answer was lost. The amount stays reserved and the job is not sent again.</summary>
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
        if (c.Run("""
            UPDATE jobs SET state = $state, billed = $billed, error_type = $type, error_message = $message, retryable = $retryable,
                reserved_micro_usd = CASE WHEN $billed = 'No' THEN 0 ELSE reserved_micro_usd END, changed_at = $now
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
                    result_json = $json, result_url = $url, result_bytes = $bytes, billable_units = $units,
                    inference_ms = coalesce($inference, inference_ms), cancel_outcome = coalesce($cancel, cancel_outcome)
                WHERE job_id = $id AND number = $attempt
                """,
                ("$id", id), ("$attempt", attempt), ("$now", Now), ("$collect", collect), ("$status", end.Status), ("$json", end.Json),
                ("$url", end.ResultUrl), ("$bytes", end.ResultBytes), ("$units", end.BillableUnits),
                ("$inference", (long?)end.InferenceTime?.TotalMilliseconds), ("$cancel", end.CancelOutcome?.ToString()));
        }

        return Load(c, id)!;
    });

    public LipSyncJob WriteCancelOutcome(string id, int attempt, LipSyncCancelOutcome outcome) => Write(c =>
    {
        c.Run("UPDATE attempts SET cancel_outcome = $outcome WHERE job_id = $id AND number = $attempt",
            ("$id", id), ("$attempt", attempt), ("$outcome", outcome.ToString()));
        return Load(c, id)!;
    });

    public LipSyncJob WriteLost(string id, string why) => Write(c =>
    {
        c.Run("""
            UPDATE jobs SET state = 'Lost', error_type = 'JobLost', error_message = $why, changed_at = $now
            WHERE id = $id AND state IN ('Queued', 'Completed', 'Saved')
            """, ("$id", id), ("$why", why), ("$now", Now));
        c.Run("UPDATE attempts SET state = 'Ended' WHERE job_id = $id AND state = 'Accepted'", ("$id", id));
        return Load(c, id)!;
    });

    // Files

    /// <summary>The file is whole beside its final name; after this row the rename makes it visible.</summary>
    public void WriteOutput(string id, Output output) => Write(c => c.Run("""
        INSERT INTO outputs (path, job_id, request_id, bytes, sha256, written_at) VALUES ($path, $id, $request, $bytes, $sha, $now)
        ON CONFLICT (path) DO UPDATE SET job_id = $id, request_id = $request, bytes = $bytes, sha256 = $sha, written_at = $now, saved_at = NULL
        """,
        ("$path", output.Path), ("$id", id), ("$request", output.RequestId), ("$bytes", output.Bytes), ("$sha", output.Sha256), ("$now", Now)));

    public LipSyncJob WriteSaved(string id, string path) => Write(c =>
    {
        c.Run("UPDATE outputs SET saved_at = $now WHERE path = $path", ("$path", path), ("$now", Now));
        c.Run("UPDATE jobs SET state = 'Saved', reserved_micro_usd = 0, changed_at = $now WHERE id = $id AND state IN ('Completed', 'Saved')",
            ("$id", id), ("$now", Now));
        return Load(c, id)! with { OutputPath = path };
    });

    public IReadOnlyList<Output> OutputsOf(string id) => Read(c => Outputs(c, "job_id = $key", id));

    public Output? OutputAt(string path) => Read(c => Outputs(c, "path = $key", path).FirstOrDefault());

    /// <summary>Whether any run ever wrote a file here: then it is no clip to be synced again by accident.</summary>
    public bool IsOutput(string path) => OutputAt(path) is not null;

    public string? CachedHash(string path, long bytes, DateTime changed) => Read(c => c.Scalar<string>(
        "SELECT sha256 FROM hashes WHERE path = $path AND bytes = $bytes AND changed_at = $changed",
        ("$path", path), ("$bytes", bytes), ("$changed", changed.Ticks)));

    public void CacheHash(string path, long bytes, DateTime changed, string sha256) => Write(c => c.Run(
        "INSERT OR REPLACE INTO hashes (path, bytes, changed_at, sha256) VALUES ($path, $bytes, $changed, $sha)",
        ("$path", path), ("$bytes", bytes), ("$changed", changed.Ticks), ("$sha", sha256)));

    public string? LivingUpload(string service, string account, string sha256, string fileName, DateTimeOffset neededUntil) =>
        Read(c => c.Scalar<string>("""
            SELECT url FROM uploads WHERE service = $service AND account = $account AND sha256 = $sha AND file_name = $name AND expires_at > $until
            """,
            ("$service", service), ("$account", account), ("$sha", sha256), ("$name", fileName), ("$until", neededUntil.Milliseconds())));

    public void WriteUpload(string service, string account, string sha256, string fileName, string url, long bytes, DateTimeOffset expires) =>
        Write(c => c.Run("""
            INSERT OR REPLACE INTO uploads (service, account, sha256, file_name, url, bytes, expires_at)
            VALUES ($service, $account, $sha, $name, $url, $bytes, $expires)
            """,
            ("$service", service), ("$account", account), ("$sha", sha256), ("$name", fileName), ("$url", url), ("$bytes", bytes),
            ("$expires", expires.Milliseconds())));

    /// <summary>Forgets where a content lies, after fal could not fetch it there.</summary>
    public void ForgetUpload(string url) => Write(c => c.Run("DELETE FROM uploads WHERE url = $url", ("$url", url)));

    public void Dispose()
    {
        lock (gate)
        {
            connection.Dispose();
        }
    }

    private long Now => time.GetUtcNow().Milliseconds();

    private bool IsHeldBy(string owner) => OwnerLock.IsAlive(Folder, owner);

    private static string? OwnerOf(SqliteConnection c, string id) => c.Scalar<string>("SELECT owner FROM jobs WHERE id = $id", ("$id", id));

    private static int FailuresOf(SqliteConnection c, string id) => c.Scalar<int>(
        "SELECT count(*) FROM attempts WHERE job_id = $id AND accepted_at IS NOT NULL", ("$id", id));

    /// <summary>A dead owner's job that was about to be paid is never posted again: nobody saw how the POST went.</summary>
    private LipSyncJob SettleAbandoned(SqliteConnection c, string id)
    {
        var job = Load(c, id)!;
        if (job.State != LipSyncJobState.Submitting)
        {
            return job;
        }

        SetUnconfirmed(c, id, job.Attempt, "The run that sent it ended before fal's answer was written down.");
        return Load(c, id)!;
    }

    private void SetUnconfirmed(SqliteConnection c, string id, int attempt, string why)
    {
        c.Run("""
            UPDATE attempts SET state = 'Unconfirmed', why = $why, provable_at = fal_intent_at + start_timeout_ms + $margin
            WHERE job_id = $id AND number = $attempt AND state = 'Intent'
            """, ("$id", id), ("$attempt", attempt), ("$why", why), ("$margin", (long)Retention.ProofMargin.TotalMilliseconds));
        c.Run("""
            UPDATE jobs SET state = 'Unconfirmed', owner = NULL, billed = 'Unknown', error_type = 'SubmitUnconfirmed',
                error_message = $why, changed_at = $now
            WHERE id = $id AND attempt = $attempt AND state = 'Submitting'
            """, ("$id", id), ("$attempt", attempt), ("$why", why), ("$now", Now));
    }

    private LipSyncJob Describe(SqliteConnection c, string id, string run, JobFacts facts)
    {
        c.Run("""
            UPDATE jobs SET video_path = $videoPath, video_url = $videoUrl, audio_path = $audioPath, audio_url = $audioUrl,
                video_ms = $length, billed_seconds = $seconds, quoted_micro_usd = $quote, reserved_micro_usd = coalesce($quote, 0),
                tag = coalesce($tag, tag) WHERE id = $id AND owner = $run
            """,
            ("$id", id), ("$run", run), ("$videoPath", facts.VideoPath), ("$videoUrl", facts.VideoUrl), ("$audioPath", facts.AudioPath),
            ("$audioUrl", facts.AudioUrl), ("$length", (long?)facts.VideoDuration?.TotalMilliseconds), ("$seconds", facts.BilledSeconds),
            ("$quote", facts.MicroUsd), ("$tag", facts.Tag));
        return Load(c, id)!;
    }

    private T Write<T>(Func<SqliteConnection, T> body) => Guarded(c =>
    {
        using var transaction = c.BeginTransaction(deferred: false);
        var result = body(c);
        transaction.Commit();
        return result;
    });

    private void Write(Action<SqliteConnection> body) => Write(c =>
    {
        body(c);
        return true;
    });

    private T Read<T>(Func<SqliteConnection, T> body) => Guarded(body);

    private T Guarded<T>(Func<SqliteConnection, T> body)
    {
        // One connection, one caller at a time: SQLite has one writer anyway, and a commit is about as long as a flush.
        lock (gate)
        {
            try
            {
                return body(connection);
            }
            catch (Exception e) when (e is SqliteException or FormatException)
            {
                throw e is SqliteException sqlite ? StoreFile.Explain(sqlite, FilePath) : StoreFile.Corrupt(FilePath, e);
            }
        }
    }
}
