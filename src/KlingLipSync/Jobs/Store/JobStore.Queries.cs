using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

internal sealed partial class JobStore
{
    private const string JobColumns = """
        SELECT j.id, j.state, j.run_id, j.tag, j.input_key, j.video_path, j.video_url, j.audio_path, j.audio_url, j.video_ms, j.billed_seconds,
            j.quoted_micro_usd, j.billed, j.error_type, j.error_message, j.retryable, j.created_at, j.removed_at, j.service, j.endpoint_id, j.account,
            j.attempt, a.request_id, a.key_id, a.status_url, a.response_url, a.cancel_url, a.accepted_at, a.completed_at, a.collect_before,
            a.cancel_outcome, a.billable_units, a.inference_ms, a.result_url, a.result_bytes, a.video_url AS sent_video, a.audio_url AS sent_audio,
            (SELECT path FROM outputs o WHERE o.job_id = j.id AND o.saved_at IS NOT NULL AND o.request_id = a.request_id
             ORDER BY o.saved_at DESC LIMIT 1) AS output_path
        FROM jobs j LEFT JOIN attempts a ON a.job_id = j.id AND a.number = j.attempt

        """;

    public LipSyncJob? Find(string id) => Read(c => Load(c, id));

    /// <summary>The jobs a filter lets through, newest first; pending ones by the time until which they have to be collected.</summary>
    public IReadOnlyList<LipSyncJob> List(JobFilter filter) => Read(c =>
    {
        var sql = new StringBuilder(JobColumns).Append("WHERE j.removed_at IS NULL");
        using var command = c.CreateCommand();
        void Where(string condition, string name, object value)
        {
            sql.Append(" AND ").Append(condition);
            command.Parameters.AddWithValue(name, value);
        }

        if (filter.Pending)
        {
            sql.Append(" AND j.state IN ('Submitting', 'Unconfirmed', 'Queued', 'Completed')");
        }

        if (filter.RunId is { } run)
        {
            Where("j.run_id = $run", "$run", run);
        }

        if (filter.Tag is { } tag)
        {
            Where("j.tag = $tag COLLATE NOCASE", "$tag", tag);
        }

        if (filter.After is { } after)
        {
            Where("j.created_at > $after", "$after", after.Milliseconds());
        }

        if (filter.Before is { } before)
        {
            Where("j.created_at < $before", "$before", before.Milliseconds());
        }

        // What has to be collected first comes first: whoever pipes the list on collects in that order.
        sql.Append(filter.Pending ? " ORDER BY a.collect_before IS NULL, a.collect_before, j.created_at, j.id" : " ORDER BY j.created_at DESC, j.id DESC");
        command.CommandText = sql.ToString();
        return ReadAll(command);
    });

    /// <summary>
    /// Jobs by our id or fal's; not those that were removed. The request id of a second payment shows the job as that request
    /// left it, so that its result can be saved as well.
    /// </summary>
    public LipSyncJob? FindByAnyId(string id) => Read(c =>
    {
        using var command = c.Prepare("SELECT a.job_id, a.number, a.state = 'Late' FROM attempts a WHERE a.request_id = $id", ("$id", id));
        using var row = command.ExecuteReader();
        return row.Read() switch
        {
            false => Load(c, id),
            true when row.GetBoolean(2) => LoadLate(c, row.GetString(0), row.GetInt32(1)),
            true => Load(c, row.GetString(0)),
        };
    }) is { IsRemoved: false } job ? job : null;

    /// <summary>The job as it is now; one that was shown as a second payment left it stays so.</summary>
    public LipSyncJob? FindAgain(LipSyncJob job) => job.IsLate ? Read(c => LoadLate(c, job.Id, job.Attempt)) : Find(job.Id);

    /// <summary>Until when the open jobs of a scope are sure to be collected, by their pairs.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Deadlines(BudgetScope scope) => Read(c =>
    {
        using var command = c.Prepare("""
            SELECT j.pair, a.collect_before FROM jobs j JOIN attempts a ON a.job_id = j.id AND a.number = j.attempt
            WHERE j.state IN ('Queued', 'Completed') AND j.service = $service AND j.account = $account AND a.collect_before IS NOT NULL
            """, ("$service", scope.Service), ("$account", scope.Account));
        using var row = command.ExecuteReader();
        var deadlines = new Dictionary<string, DateTimeOffset>();
        while (row.Read())
        {
            deadlines[row.GetString(0)] = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1));
        }

        return deadlines;
    });

    private static LipSyncJob? Load(SqliteConnection c, string id)
    {
        using var command = c.Prepare(JobColumns + "WHERE j.id = $id", ("$id", id));
        return ReadAll(command).FirstOrDefault();
    }

    private static LipSyncJob? LoadLate(SqliteConnection c, string id, int number)
    {
        using var command = c.Prepare(JobColumns.Replace("a.number = j.attempt", "a.number = $number", StringComparison.Ordinal) + "WHERE j.id = $id",
            ("$id", id), ("$number", number));
        if (ReadAll(command).FirstOrDefault() is not { } job)
        {
            return null;
        }

        using var end = c.Prepare("SELECT end_state, billed, error_type, error_message FROM attempts WHERE job_id = $id AND number = $number", ("$id", id), ("$number", number));
        using var row = end.ExecuteReader();
        row.Read();
        var state = row.Text("end_state") is { } known ? Enum.Parse<LipSyncJobState>(known) : LipSyncJobState.Queued;
        return job with
        {
            IsLate = true,
            Attempt = number,
            State = state == LipSyncJobState.Completed && job.OutputPath is not null ? LipSyncJobState.Saved : state,
            Billed = row.Text("billed") is { } billed ? Enum.Parse<LipSyncBilled>(billed) : LipSyncBilled.Unknown,
            ErrorType = row.Text("error_type"),
            ErrorMessage = row.Text("error_message"),
        };
    }

    private static List<LipSyncJob> ReadAll(SqliteCommand command)
    {
        var jobs = new List<LipSyncJob>();
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            jobs.Add(ReadJob(row));
        }

        return jobs;
    }

    private static LipSyncJob ReadJob(SqliteDataReader row)
    {
        var state = Enum.Parse<LipSyncJobState>(row.Text("state")!);
        return new LipSyncJob
        {
            Id = row.Text("id")!,
            RequestId = row.Text("request_id"),
            RunId = row.Text("run_id"),
            Tag = row.Text("tag"),
            Key = row.Text("input_key"),
            State = state,
            VideoPath = row.Text("video_path"),
            VideoUrl = row.Text("video_url"),
            AudioPath = row.Text("audio_path"),
            AudioUrl = row.Text("audio_url"),
            VideoDuration = row.Number("video_ms") is { } length ? TimeSpan.FromMilliseconds(length) : null,
            BilledSeconds = (int?)row.Number("billed_seconds"),
            QuotedCost = row.Number("quoted_micro_usd") is { } quote ? Money.FromMicro(quote) : null,
            BillableUnits = decimal.TryParse(row.Text("billable_units"), NumberStyles.Number, CultureInfo.InvariantCulture, out var units) ? units : null,
            Billed = Enum.Parse<LipSyncBilled>(row.Text("billed")!),
            CreatedAt = row.Time("created_at")!.Value,
            SubmittedAt = row.Time("accepted_at"),
            CompletedAt = row.Time("completed_at"),
            CollectBefore = state is LipSyncJobState.Queued or LipSyncJobState.Completed ? row.Time("collect_before") : null,
            MediaUntil = row.Time("completed_at") is null ? null : row.Time("collect_before"),
            InferenceTime = row.Number("inference_ms") is { } inference ? TimeSpan.FromMilliseconds(inference) : null,
            ResultUrl = row.Text("result_url"),
            OutputPath = row.Text("output_path"),
            CancelOutcome = row.Text("cancel_outcome") is { } cancel ? Enum.Parse<LipSyncCancelOutcome>(cancel) : LipSyncCancelOutcome.None,
            ErrorType = row.Text("error_type"),
            ErrorMessage = row.Text("error_message"),
            Endpoint = row.Text("service")!,
            KeyId = row.Text("key_id") ?? row.Text("account")!,
            EndpointId = row.Text("endpoint_id")!,
            IsRemoved = row.Number("removed_at") is not null,
            Attempt = (int)row.Number("attempt")!.Value,
            Retryable = row.Number("retryable") == 1,
            ResultBytes = row.Number("result_bytes"),
            Sent = row.Text("sent_video") is { } video ? (video, row.Text("sent_audio")!) : null,
            Address = row.Text("status_url") is { } status
                ? new JobAddress(new Uri(status), new Uri(row.Text("response_url")!), new Uri(row.Text("cancel_url")!))
                : null,
        };
    }

    private static List<Output> Outputs(SqliteConnection c, string condition, string key)
    {
        using var command = c.Prepare($"SELECT path, request_id, bytes, sha256, saved_at, job_id FROM outputs WHERE {condition} ORDER BY written_at DESC", ("$key", key));
        using var row = command.ExecuteReader();
        var outputs = new List<Output>();
        while (row.Read())
        {
            outputs.Add(new Output(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3))
            {
                IsSaved = !row.IsDBNull(4),
                JobId = row.GetString(5),
            });
        }

        return outputs;
    }
}
