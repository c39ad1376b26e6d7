namespace KlingLipSync.Jobs.Store;

/// <summary>The store's tables. Migrations only add: an older store is brought up, a newer one is refused.</summary>
internal static class Schema
{
    /// <summary>"KLIP": tells our file from any other SQLite database.</summary>
    public const int ApplicationId = 0x4B4C4950;

    /// <summary>Entry n brings a store from version n to n + 1. An entry that has shipped is never edited.</summary>
    public static readonly string[] Migrations =
    [
        """
        CREATE TABLE store (
            key   TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT;

        -- One call of a command that may pay or write files. Alive while owners/<id>.lock is locked.
        CREATE TABLE runs (
            id              TEXT    NOT NULL PRIMARY KEY,
            command         TEXT    NOT NULL,
            process_id      INTEGER NOT NULL,
            started_at      INTEGER NOT NULL,
            ended_at        INTEGER,
            saved           INTEGER,
            failed          INTEGER,
            unsent          INTEGER,
            pending         INTEGER,
            spent_micro_usd INTEGER
        ) STRICT;

        -- One pair of video and sound: where the money is. Times are Unix milliseconds UTC, money micro-USD.
        CREATE TABLE jobs (
            id                 TEXT    NOT NULL PRIMARY KEY,
            pair               TEXT    NOT NULL UNIQUE,
            service            TEXT    NOT NULL,
            endpoint_id        TEXT    NOT NULL,
            account            TEXT    NOT NULL,
            state              TEXT    NOT NULL CHECK (state IN ('Preparing', 'Uploading', 'Submitting', 'Unconfirmed',
                                           'Queued', 'Completed', 'Saved', 'Failed', 'Cancelled', 'Lost')),
            owner              TEXT    REFERENCES runs (id),
            run_id             TEXT    NOT NULL REFERENCES runs (id),
            tag                TEXT,
            input_key          TEXT,
            attempt            INTEGER NOT NULL DEFAULT 0,
            video_path         TEXT,
            video_url          TEXT,
            audio_path         TEXT,
            audio_url          TEXT,
            video_ms           INTEGER,
            billed_seconds     INTEGER,
            quoted_micro_usd   INTEGER,
            reserved_micro_usd INTEGER NOT NULL DEFAULT 0,
            billed             TEXT    NOT NULL DEFAULT 'No' CHECK (billed IN ('No', 'Yes', 'Unknown')),
            error_type         TEXT,
            error_message      TEXT,
            retryable          INTEGER NOT NULL DEFAULT 0,
            created_at         INTEGER NOT NULL,
            changed_at         INTEGER NOT NULL,
            removed_at         INTEGER
        ) STRICT;
        CREATE INDEX jobs_state ON jobs (state);
        CREATE INDEX jobs_run ON jobs (run_id);
        CREATE INDEX jobs_created ON jobs (created_at);

        -- Every intent to pay, written before its POST.
        CREATE TABLE attempts (
            job_id            TEXT    NOT NULL REFERENCES jobs (id),
            number            INTEGER NOT NULL,
            run_id            TEXT    NOT NULL REFERENCES runs (id),
            state             TEXT    NOT NULL CHECK (state IN ('Intent', 'Unconfirmed', 'Accepted', 'Undelivered', 'Refused',
                                          'Absent', 'Ended', 'Late')),
            video_url         TEXT    NOT NULL,
            audio_url         TEXT    NOT NULL,
            service           TEXT    NOT NULL,
            key_id            TEXT    NOT NULL,
            amount_micro_usd  INTEGER,
            start_timeout_ms  INTEGER NOT NULL,
            result_expiry_ms  INTEGER,
            intent_at         INTEGER NOT NULL,
            fal_intent_at     INTEGER NOT NULL,
            provable_at       INTEGER,
            why               TEXT,
            request_id        TEXT    UNIQUE,
            status_url        TEXT,
            response_url      TEXT,
            cancel_url        TEXT,
            accepted_at       INTEGER,
            cancel_outcome    TEXT    NOT NULL DEFAULT 'None',
            completed_at      INTEGER,
            collect_before    INTEGER,
            result_status     INTEGER,
            result_json       TEXT,
            result_url        TEXT,
            result_bytes      INTEGER,
            billable_units    TEXT,
            inference_ms      INTEGER,
            end_state         TEXT,
            billed            TEXT,
            error_type        TEXT,
            error_message     TEXT,
            retryable         INTEGER,
            PRIMARY KEY (job_id, number)
        ) STRICT;
        -- The database itself refuses a second attempt while one may still be paid for.
        CREATE UNIQUE INDEX attempts_one_open ON attempts (job_id) WHERE state IN ('Intent', 'Unconfirmed', 'Accepted');
        -- Two jobs must not be one and the same request in fal's history.
        CREATE UNIQUE INDEX attempts_unsettled_inputs ON attempts (service, video_url, audio_url) WHERE state IN ('Intent', 'Unconfirmed');

        -- Every file we wrote. Recorded before the rename that makes it visible.
        CREATE TABLE outputs (
            path       TEXT    NOT NULL PRIMARY KEY,
            job_id     TEXT    NOT NULL REFERENCES jobs (id),
            request_id TEXT    NOT NULL,
            bytes      INTEGER NOT NULL,
            sha256     TEXT    NOT NULL,
            written_at INTEGER NOT NULL,
            saved_at   INTEGER
        ) STRICT;
        CREATE INDEX outputs_job ON outputs (job_id);

        -- Bytes that lie at fal, by content, so that the same file is not sent twice while its URL lives.
        CREATE TABLE uploads (
            service    TEXT    NOT NULL,
            account    TEXT    NOT NULL,
            sha256     TEXT    NOT NULL,
            file_name  TEXT    NOT NULL,
            url        TEXT    NOT NULL,
            bytes      INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (service, account, sha256, file_name)
        ) STRICT;

        -- A file's hash while its size and time of change stay the same.
        CREATE TABLE hashes (
            path       TEXT    NOT NULL PRIMARY KEY,
            bytes      INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            sha256     TEXT    NOT NULL
        ) STRICT;
        """,
        """
        -- The most that may be spent in a period (UTC).
        CREATE TABLE budgets (
            service          TEXT    NOT NULL,
            endpoint_id      TEXT    NOT NULL,
            account          TEXT    NOT NULL,
            period           TEXT    NOT NULL CHECK (period IN ('Day', 'Month')),
            amount_micro_usd INTEGER NOT NULL CHECK (amount_micro_usd >= 0),
            set_at           INTEGER NOT NULL,
            PRIMARY KEY (service, endpoint_id, account, period)
        ) STRICT;

        -- A claim sums up a whole period: all it needs is in one index, so that it looks up no row.
        ALTER TABLE attempts ADD COLUMN endpoint_id TEXT;
        UPDATE attempts SET endpoint_id = (SELECT endpoint_id FROM jobs WHERE id = job_id);
        CREATE INDEX attempts_spent ON attempts (service, key_id, intent_at, endpoint_id, state, billed, amount_micro_usd);

        -- A result that was renamed is known by its content.
        CREATE INDEX outputs_content ON outputs (sha256);

        -- From here on jobs.reserved_micro_usd is what a live claim holds and no attempt has yet.
        UPDATE jobs SET reserved_micro_usd = 0 WHERE owner IS NULL;
        CREATE INDEX jobs_reserved ON jobs (service, endpoint_id, account, owner, reserved_micro_usd) WHERE reserved_micro_usd > 0;
        """,
        """
        -- When it was proven that fal never had the request. A late find is looked for some time longer.
        ALTER TABLE attempts ADD COLUMN absent_at INTEGER;

        -- A request found after its pair was paid for again: when the user was told.
        ALTER TABLE attempts ADD COLUMN told_at INTEGER;
        CREATE INDEX attempts_in_doubt ON attempts (service, key_id) WHERE state IN ('Unconfirmed', 'Absent', 'Late');

        -- A list of jobs asks for each one's latest file: all it needs is in one index, so that it looks up no row.
        CREATE INDEX outputs_latest ON outputs (job_id, saved_at, request_id, path);
        """,
        """
        -- The hashes of the parts that a large file goes up in, one after the other.
        ALTER TABLE hashes ADD COLUMN parts TEXT;

        -- What lies at fal is found by its bytes and its type, whatever it was called.
        ALTER TABLE uploads ADD COLUMN content_type TEXT;
        """,
    ];
}
