using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KlingLipSync.Jobs.Store;

/// <summary>The rows of a query as jobs.</summary>
/// <remarks>
/// Long lists are read at once, and every question to SQLite costs: so columns are taken from it by their places, what is the same
/// in every row is one text, and what cannot be there is not asked for. The reader's own look-ups took four fifths of the time.
/// </remarks>
/// <param name="reader">The reader, moved from row to row by whoever made it.</param>
/// <param name="isAttempt">Whether the rows show one attempt, whatever their jobs stand on.</param>
internal sealed class JobRow(SqliteDataReader reader, bool isAttempt = false)
{
    /// <summary>Jobs with the attempt they stand on.</summary>
    public const string Select = Columns + "a.number = j.attempt\n";

    /// <summary>Jobs with the attempt <c>$number</c>.</summary>
    public const string SelectAttempt = Columns + "a.number = $number\n";

    private const string Columns = """
        SELECT j.id, j.state, j.run_id, j.tag, j.input_key,
            j.video_path, j.video_url, j.audio_path, j.audio_url, j.video_ms,
            j.billed_seconds, j.quoted_micro_usd, j.billed, j.error_type, j.error_message,
            j.retryable, j.created_at, j.removed_at, j.service, j.endpoint_id,
            j.account, j.attempt, a.request_id, a.key_id, a.status_url,
            a.response_url, a.cancel_url, a.accepted_at, a.completed_at, a.collect_before,
            a.cancel_outcome, a.billable_units, a.inference_ms, a.result_url, a.result_bytes,
            a.video_url, a.audio_url,
            (SELECT path FROM outputs o WHERE o.job_id = j.id AND o.saved_at IS NOT NULL AND o.request_id = a.request_id
             ORDER BY o.saved_at DESC LIMIT 1)
        FROM jobs j LEFT JOIN attempts a ON a.job_id = j.id AND
        """ + " ";

    private readonly sqlite3_stmt row = reader.Handle!;
    private readonly Repeated?[] repeated = new Repeated?[raw.sqlite3_column_count(reader.Handle!)];

    public LipSyncJob Read()
    {
        var state = Word<LipSyncJobState>(1);
        var completed = Time(28);
        var collect = Time(29);
        var (video, audio) = (Text(5), Text(7));
        return new LipSyncJob
        {
            Id = Text(0)!,
            State = state,
            RunId = Same(2),
            Tag = Same(3),
            Key = Text(4),
            VideoPath = video,
            VideoUrl = video is null ? Text(6) : null,
            AudioPath = audio,
            AudioUrl = audio is null ? Text(8) : null,
            VideoDuration = Number(9) is { } length ? TimeSpan.FromMilliseconds(length) : null,
            BilledSeconds = (int?)Number(10),
            QuotedCost = Number(11) is { } quote ? Money.FromMicro(quote) : null,
            Billed = Word<LipSyncBilled>(12),
            ErrorType = state == LipSyncJobState.Saved ? null : Same(13),
            ErrorMessage = state == LipSyncJobState.Saved ? null : Text(14),
            Retryable = raw.sqlite3_column_int64(row, 15) == 1,
            CreatedAt = Time(16)!.Value,
            IsRemoved = !IsNull(17),
            Endpoint = Same(18)!,
            EndpointId = Same(19)!,
            KeyId = Same(23) ?? Same(20)!,
            Attempt = (int)Number(21)!.Value,
            RequestId = Text(22),
            SubmittedAt = Time(27),
            CompletedAt = completed,
            CollectBefore = state is LipSyncJobState.Queued or LipSyncJobState.Completed ? collect : null,
            MediaUntil = completed is null ? null : collect,
            CancelOutcome = Word<LipSyncCancelOutcome>(30),
            BillableUnits = Units(31),
            InferenceTime = Number(32) is { } inference ? TimeSpan.FromMilliseconds(inference) : null,
            ResultUrl = Text(33),
            ResultBytes = Number(34),
            OutputPath = Text(37),

            // Only of an open request is anything asked at fal.
            Address = (isAttempt || state == LipSyncJobState.Queued) && Text(24) is { } status ? new JobAddress(status, Text(25)!, Text(26)!) : null,
            Sent = (isAttempt || state == LipSyncJobState.Queued) && Text(35) is { } sent ? (sent, Text(36)!) : null,
        };
    }

    /// <summary>The rows that are left.</summary>
    public List<LipSyncJob> ReadAll()
    {
        var jobs = new List<LipSyncJob>();
        while (reader.Read())
        {
            jobs.Add(Read());
        }

        return jobs;
    }

    private bool IsNull(int column) => raw.sqlite3_column_type(row, column) == raw.SQLITE_NULL;

    // SQLite gives 0 for what is null, so that only then its kind has to be asked for.
    private long? Number(int column) => raw.sqlite3_column_int64(row, column) is var number && number == 0 && IsNull(column) ? null : number;

    private DateTimeOffset? Time(int column) => Number(column) is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private string? Text(int column) => raw.sqlite3_column_blob(row, column) is var bytes && bytes.IsEmpty && IsNull(column) ? null : Encoding.UTF8.GetString(bytes);

    /// <summary>A text that is often that of the row before.</summary>
    private string? Same(int column) => Repetition(column) is var text && text.Bytes.Length == 0 && IsNull(column) ? null : text.Text;

    private T Word<T>(int column)
        where T : struct, Enum
    {
        var now = Repetition(column);
        if (now.Value is not T)
        {
            // Without an attempt there is none of its words; the first of each kind stands for that.
            now.Value = now.Bytes.Length == 0 ? default : Enum.Parse<T>(now.Text);
        }

        return (T)now.Value;
    }

    private decimal? Units(int column)
    {
        var now = Repetition(column);
        now.Value ??= decimal.TryParse(now.Text, NumberStyles.Number, CultureInfo.InvariantCulture, out var units) ? units : DBNull.Value;
        return now.Value as decimal?;
    }

    private Repeated Repetition(int column)
    {
        var bytes = raw.sqlite3_column_blob(row, column);
        return repeated[column] is { } last && bytes.SequenceEqual(last.Bytes) ? last : repeated[column] = new Repeated(bytes.ToArray());
    }

    private sealed class Repeated(byte[] bytes)
    {
        public byte[] Bytes => bytes;

        public string Text { get; } = Encoding.UTF8.GetString(bytes);

        public object? Value { get; set; }
    }
}
