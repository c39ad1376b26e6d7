using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KlingLipSync.Jobs.Store;

/// <summary>A look at the store for whoever is typing: it makes nothing, changes nothing, waits for nobody, and reads no more than is shown.</summary>
internal sealed class StoreGlance : IDisposable
{
    private readonly SqliteConnection connection;

    private StoreGlance(SqliteConnection connection) => this.connection = connection;

    /// <summary>Opens the store in a folder; null where there is none, or none that this version knows.</summary>
    /// <exception cref="SqliteException">It cannot be read.</exception>
    public static StoreGlance? Open(string folder)
    {
        var path = Path.Combine(folder, StoreFile.Name);
        if (!File.Exists(path) || StoreDrive.Of(folder) is { IsNetwork: true })
        {
            return null;
        }

        var hasLog = File.Exists(path + "-wal");

        // Not read-only: such a connection leaves the side files behind that it needs. A log that is there already may be another's, or what
        // a killed process left: folding it into the store at the end is a command's matter.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();
            if (hasLog && raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _) != raw.SQLITE_OK)
            {
                connection.Dispose();
                return null;
            }

            connection.Run("PRAGMA busy_timeout = 200; PRAGMA query_only = ON");
            if (connection.Scalar<long>("PRAGMA application_id") == Schema.ApplicationId
                && connection.Scalar<long>("PRAGMA user_version") is > 0 and var version && version <= Schema.Migrations.Length
                && connection.Scalar<string>("SELECT value FROM store WHERE key = 'machine'") is { } owner && Machine.Is(owner))
            {
                return new StoreGlance(connection);
            }
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        connection.Dispose();
        return null;
    }

    /// <summary>Jobs whose id, ours or fal's, begins so, newest first.</summary>
    public List<LipSyncJob> Jobs(string begin, int most)
    {
        using var command = connection.Prepare(JobRow.Select + """
            WHERE j.removed_at IS NULL AND (j.id LIKE $begin ESCAPE '\' OR a.request_id LIKE $begin ESCAPE '\') ORDER BY j.rowid DESC LIMIT $most
            """, ("$begin", Beginning(begin)), ("$most", most));
        using var reader = command.ExecuteReader();
        return new JobRow(reader).ReadAll();
    }

    /// <summary>Runs with jobs whose id begins so, newest first.</summary>
    public List<(string Id, string Command, DateTimeOffset StartedAt, int Jobs)> Runs(string begin, int most) => Rows("""
        SELECT r.id, r.command, r.started_at, (SELECT count(*) FROM jobs WHERE run_id = r.id) AS jobs FROM runs r
        WHERE r.id LIKE $begin ESCAPE '\' AND EXISTS (SELECT 1 FROM jobs WHERE run_id = r.id AND removed_at IS NULL)
        ORDER BY r.rowid DESC LIMIT $most
        """, row => (row.GetString(0), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), row.GetInt32(3)), ("$begin", Beginning(begin)), ("$most", most));

    /// <summary>Marks that begin so, with the number of their jobs, the last used first.</summary>
    public List<(string Text, int Count)> Tags(string begin, int most) => Rows("""
        SELECT tag, count(*) FROM jobs WHERE removed_at IS NULL AND tag LIKE $begin ESCAPE '\' GROUP BY tag ORDER BY max(rowid) DESC LIMIT $most
        """, Counted, ("$begin", Beginning(begin)), ("$most", most));

    /// <summary>The services that requests were sent to or budgets are set for, with the number of the requests.</summary>
    public List<(string Text, int Count)> Services() => Known("service", "service");

    /// <summary>The ids of keys that requests were sent with or budgets are set for, with the number of the requests.</summary>
    public List<(string Text, int Count)> KeyIds() => Known("key_id", "account");

    public void Dispose() => connection.Dispose();

    private List<(string Text, int Count)> Known(string ofAttempts, string ofBudgets)
    {
        var sent = Rows($"SELECT {ofAttempts}, count(*) FROM attempts GROUP BY {ofAttempts} ORDER BY count(*) DESC", Counted);

        // Budgets came with the second version of the store.
        return connection.Scalar<long>("PRAGMA user_version") < 2 ? sent
            : [.. sent.Concat(Rows($"SELECT DISTINCT {ofBudgets}, 0 FROM budgets", Counted)).DistinctBy(known => known.Text)];
    }

    private static (string Text, int Count) Counted(SqliteDataReader row) => (row.GetString(0), row.GetInt32(1));

    private List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Prepare(sql, parameters);
        using var row = command.ExecuteReader();
        var rows = new List<T>();
        while (row.Read())
        {
            rows.Add(read(row));
        }

        return rows;
    }

    private static string Beginning(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";
}
