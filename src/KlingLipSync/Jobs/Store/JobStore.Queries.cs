using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

internal sealed partial class JobStore
{
    private const string JobColumns = """
        SELECT j.id, j.state, j.run_id, j.tag, j.input_key, j.video_path, j.video_url, j.audio_path, j.audio_url, j.video_ms, j.billed_seconds,
            j.quoted_micro_usd, j.billed, j.error_type, j.error_message, j.retryable, j.created_at, j.service, j.endpoint_id, j.account,
            j.attempt, a.request_id, a.key_id, a.status_url, a.response_url, a.cancel_url, a.accepted_at, a.completed_at, a.collect_before,
            a.cancel_outcome, a.billable_units, a.inference_ms, a.result_url, a.result_bytes, a.video_url AS sent_video, a.audio_url AS sent_audio,
            (SELECT path FROM outputs o WHERE o.job_id = j.id AND o.saved_at IS NOT NULL AND o.request_id = a.request_id
             ORDER BY o.saved_at DESC LIMIT 1) AS output_path
        FROM jobs j LEFT JOIN attempts a ON a.job_id = j.id AND a.number = j.attempt

        """;

    public LipSyncJob? Find(string id) => Read(c => Load(c, id));

    /// <summary>The jobs a filter lets through, newest first.</summary>
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

        sql.Append(" ORDER BY j.created_at DESC, j.id DESC");
        command.CommandText = sql.ToString();
        return ReadAll(command);
    });

    /// <summary>Jobs by our id or fal's.</summary>
    public LipSyncJob? FindByAnyId(string id) => Find(id) ?? Read(c =>
        c.Scalar<string>("SELECT job_id FROM attempts WHERE request_id = $id", ("$id", id)) is { } ours ? Load(c, ours) : null);

    private static LipSyncJob? Load(SqliteConnection c, string id)
    {
        using var command = c.Prepare(JobColumns + "WHERE j.id = $id", ("$id", id));
        return ReadAll(command).FirstOrDefault();
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
