using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <content>Who works on what: runs, and the claims of pairs and jobs.</content>
internal sealed partial class JobStore
{
    public void BeginRun(string id, string command) => WriteUnflushed(c =>
    {
        // This machine's store takes on the name that it is to travel under; one of another name was refused when it was opened.
        c.Run("UPDATE store SET value = $machine WHERE key = 'machine' AND value = $own", ("$machine", Machine.Name), ("$own", Machine.Own));
        c.Run("INSERT INTO runs (id, command, process_id, started_at) VALUES ($id, $command, $pid, $now)",
            ("$id", id), ("$command", command), ("$pid", Environment.ProcessId), ("$now", Now));
        c.Run("DELETE FROM uploads WHERE expires_at < $now", ("$now", Now));
    });

    public void EndRun(string id, LipSyncRunSummary? summary) => WriteUnflushed(c =>
    {
        // Whatever the run still holds is free for the next one, which sees it by state.
        c.Run("UPDATE jobs SET owner = NULL, reserved_micro_usd = 0 WHERE owner = $id", ("$id", id));
        c.Run("""
            UPDATE runs SET ended_at = $now, saved = $saved, failed = $failed, unsent = $unsent, pending = $pending,
                spent_micro_usd = $spent WHERE id = $id
            """,
            ("$id", id), ("$now", Now), ("$saved", summary?.Saved), ("$failed", summary?.Failed), ("$unsent", summary?.Unsent),
            ("$pending", summary?.Pending), ("$spent", summary is null ? null : Money.ToMicro(summary.Spent)));
    });

    /// <summary>Takes the pair for a run: makes its job and sets its price aside, or says what became of it.</summary>
    /// <exception cref="OverBudgetException">It is not paid yet, and its price would break a budget.</exception>
    public Claim ClaimPair(PairIdentity pair, string run, JobFacts facts, DateTimeOffset? resubmitBefore) => WriteUnflushed(c =>
    {
        var id = c.Scalar<string>("SELECT id FROM jobs WHERE pair = $pair", ("$pair", pair.Key));
        var scope = new BudgetScope(pair.Service, pair.EndpointId, pair.Account);
        if (id is null)
        {
            RequireRoomForClaim(c, scope, run, facts.ReservedMicroUsd);
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
            return new Claim(ClaimKind.Busy, Load(c, id)!, IsOwn: owner == run);
        }

        Revive(c, id, facts);
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
                RequireRoomForClaim(c, scope, run, facts.ReservedMicroUsd);

                // What a paid attempt came to stays readable until the next intent is written: that one may never be.
                c.Run("""
                    UPDATE jobs SET owner = $run, run_id = $run, state = CASE
                        WHEN EXISTS (SELECT 1 FROM attempts WHERE job_id = $id AND end_state IS NOT NULL) THEN state ELSE 'Preparing' END
                    WHERE id = $id
                    """, ("$id", id), ("$run", run));
                return new Claim(kind, Describe(c, id, run, facts));
            case ClaimKind.Open or ClaimKind.Done:
                c.Run("UPDATE jobs SET owner = $run, run_id = $run, reserved_micro_usd = 0 WHERE id = $id", ("$id", id), ("$run", run));
                return new Claim(kind, Load(c, id)!);
            default:
                return new Claim(kind, job);
        }
    });

    /// <summary>Takes a known job for a run, so that only one process writes its file; false while another has it.</summary>
    public bool TryOwn(string id, string run) => WriteUnflushed(c =>
    {
        if (OwnerOf(c, id) is { } owner && owner != run && IsHeldBy(owner))
        {
            return false;
        }

        SettleAbandoned(c, id);
        return c.Run("UPDATE jobs SET owner = $run, reserved_micro_usd = 0 WHERE id = $id", ("$id", id), ("$run", run)) == 1;
    });

    /// <summary>Gives a job free. One whose POST is out stays the run's own until the run ends, after the POST's receipt.</summary>
    public void Release(string id, string run) => WriteUnflushed(c =>
        c.Run("UPDATE jobs SET owner = NULL, reserved_micro_usd = 0 WHERE id = $id AND owner = $run AND state <> 'Submitting'", ("$id", id), ("$run", run)));

    private bool IsHeldBy(string owner) => OwnerLock.IsAlive(Folder, owner);

    private static string? OwnerOf(SqliteConnection c, string id) => c.Scalar<string>("SELECT owner FROM jobs WHERE id = $id", ("$id", id));

    private static int FailuresOf(SqliteConnection c, string id) => c.Scalar<int>(
        "SELECT count(*) FROM attempts WHERE job_id = $id AND end_state = 'Failed'", ("$id", id));

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

    private LipSyncJob Describe(SqliteConnection c, string id, string run, JobFacts facts)
    {
        c.Run("""
            UPDATE jobs SET video_path = $videoPath, video_url = $videoUrl, audio_path = $audioPath, audio_url = $audioUrl,
                video_ms = $length, billed_seconds = $seconds, quoted_micro_usd = $quote, reserved_micro_usd = $reserved,
                tag = coalesce($tag, tag), input_key = $key WHERE id = $id AND owner = $run
            """,
            ("$id", id), ("$run", run), ("$videoPath", facts.VideoPath), ("$videoUrl", facts.VideoUrl), ("$audioPath", facts.AudioPath),
            ("$audioUrl", facts.AudioUrl), ("$length", (long?)facts.VideoDuration?.TotalMilliseconds), ("$seconds", facts.BilledSeconds),
            ("$quote", facts.MicroUsd), ("$reserved", facts.ReservedMicroUsd), ("$tag", facts.Tag), ("$key", facts.Key));
        return Load(c, id)!;
    }
}
