using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

internal sealed partial class JobStore
{
    public LipSyncJob? Find(string id) => Read(c => Load(c, id));

    public LipSyncJob? FindPair(PairIdentity pair) => Read(c =>
    {
        using var command = c.Prepare(JobRow.Select + "WHERE j.pair = $pair", ("$pair", pair.Key));
        return ReadAll(command).FirstOrDefault();
    });

    /// <summary>The jobs a filter lets through, newest first; pending ones by the time until which they have to be collected.</summary>
    public IReadOnlyList<LipSyncJob> List(JobFilter filter) => Explained(() => lists.Read(filter));

    /// <summary>
    /// Jobs by our id or fal's, in letters of any case; not those that were removed. The request id of a second payment shows the job as that request
    /// left it, so that its result can be saved as well.
    /// </summary>
    public LipSyncJob? FindByAnyId(string id) => FindByExactId(id) ?? (id.ToLowerInvariant() is var small && small != id ? FindByExactId(small) : null);

    private LipSyncJob? FindByExactId(string id) => Read(c =>
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

    /// <summary>Second payments of a scope that nobody was told of yet.</summary>
    public IReadOnlyList<(string JobId, string RequestId)> SecondPayments(BudgetScope scope) => Read(c => Pairs(c, """
        SELECT job_id, request_id FROM attempts WHERE service = $service AND key_id = $account AND state = 'Late' AND told_at IS NULL
        """, ("$service", scope.Service), ("$account", scope.Account)));

    /// <summary>The user was told of a second payment.</summary>
    public void WriteTold(string requestId) => Write(c => c.Run("UPDATE attempts SET told_at = $now WHERE request_id = $id", ("$id", requestId), ("$now", Now)));

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
        using var command = c.Prepare(JobRow.Select + "WHERE j.id = $id", ("$id", id));
        return ReadAll(command).FirstOrDefault();
    }

    private static LipSyncJob? LoadLate(SqliteConnection c, string id, int number)
    {
        using var command = c.Prepare(JobRow.SelectAttempt + "WHERE j.id = $id",
            ("$id", id), ("$number", number));
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            return null;
        }

        var job = new JobRow(reader, isAttempt: true).Read();
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

    private static List<LipSyncJob> ReadAll(Statement command)
    {
        using var reader = command.ExecuteReader();
        return new JobRow(reader).ReadAll();
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
