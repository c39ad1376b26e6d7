using System.Text;
using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <summary>
/// Lists of jobs, read beside the writer. A long one is read in two halves at once, each over a connection of its own: most of its
/// time is SQLite's. Each job is whole, with its attempt and file of one moment; the list may span two moments.
/// </summary>
/// <param name="path">The database.</param>
internal sealed class JobLists(string path) : IDisposable
{
    private const long Long = 2_000;

    private readonly object gate = new();
    private SqliteConnection? first, second;

    /// <summary>The jobs a filter lets through, newest first; pending ones by the time until which they have to be collected.</summary>
    public List<LipSyncJob> Read(JobFilter filter)
    {
        lock (gate)
        {
            first ??= StoreFile.OpenToRead(path);
            var middle = first.Scalar<long>("SELECT IFNULL(MAX(rowid), 0) FROM jobs") / 2;
            List<LipSyncJob> jobs;
            if (middle * 2 < Long)
            {
                jobs = Read(first, filter, "1");
            }
            else
            {
                second ??= StoreFile.OpenToRead(path);
                var older = Task.Run(() => Read(second, filter, $"j.rowid <= {middle}"));
                try
                {
                    jobs = Read(first, filter, $"j.rowid > {middle}");
                }
                finally
                {
                    // Whatever becomes of the first half: a connection has one user at a time.
                    Task.WaitAny(older);
                }

                jobs.AddRange(older.GetAwaiter().GetResult());
            }

            // Whoever pipes pending ones on collects in that order.
            Comparison<LipSyncJob> order = filter.Pending ? NearestDeadlineFirst : NewestFirst;
            if (!IsInOrder(jobs, order))
            {
                jobs.Sort(order);
            }

            return jobs;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            first?.Dispose();
            second?.Dispose();
        }
    }

    private static List<LipSyncJob> Read(SqliteConnection c, JobFilter filter, string part)
    {
        var sql = new StringBuilder(JobRow.Select).Append("WHERE j.removed_at IS NULL AND ").Append(part);
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
            // Ids are written in small letters.
            Where("j.run_id = $run", "$run", run.ToLowerInvariant());
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

        // Newest first but for a clock that jumped; to sort by it, SQLite would move every column of every row.
        command.CommandText = sql.Append(" ORDER BY j.rowid DESC").ToString();
        using var reader = command.ExecuteReader();
        return new JobRow(reader).ReadAll();
    }

    private static bool IsInOrder(List<LipSyncJob> jobs, Comparison<LipSyncJob> order)
    {
        for (var n = 1; n < jobs.Count; n++)
        {
            if (order(jobs[n - 1], jobs[n]) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int NewestFirst(LipSyncJob a, LipSyncJob b) =>
        b.CreatedAt.CompareTo(a.CreatedAt) is var order and not 0 ? order : string.CompareOrdinal(b.Id, a.Id);

    private static int NearestDeadlineFirst(LipSyncJob a, LipSyncJob b)
    {
        var order = (a.CollectBefore ?? DateTimeOffset.MaxValue).CompareTo(b.CollectBefore ?? DateTimeOffset.MaxValue);
        return order != 0 ? order
            : a.CreatedAt.CompareTo(b.CreatedAt) is var age and not 0 ? age
            : string.CompareOrdinal(a.Id, b.Id);
    }
}
