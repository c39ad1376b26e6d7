using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <summary>Opens the store's database, or says in one sentence why it must not be used. Never puts a fresh one in its place.</summary>
internal static class StoreFile
{
    public const string Name = "store.db";
    private const int SqliteCorrupt = 11, SqliteNotADatabase = 26, SqliteFull = 13, SqliteReadOnly = 8, SqliteCantOpen = 14,
        SqliteIoError = 10, SqlitePermission = 3;

    /// <summary>The folder of the store: <c>KLINGLIPSYNC_HOME</c>, else the user's local application data.</summary>
    public static string DefaultFolder(Func<string, string?> environment)
    {
        if (environment("KLINGLIPSYNC_HOME") is { Length: > 0 } home)
        {
            return Path.GetFullPath(home);
        }

        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length > 0
            ? Path.Combine(data, "KlingLipSync")
            : throw new LipSyncException(LipSyncError.StoreNotWritable,
                "This account has no local application data folder to keep the store in.");
    }

    /// <summary>Opens the database in <paramref name="folder"/>, creating both when there is none, and brings it to this version.</summary>
    /// <exception cref="LipSyncException">Corrupt, foreign, newer, of another machine, on a network file system, not writable.</exception>
    public static SqliteConnection Open(string folder, TimeProvider time, Func<string, StoreDrive?>? driveOf = null)
    {
        var path = Path.Combine(folder, Name);
        PrepareFolder(folder, driveOf ?? StoreDrive.Of);
        MakePrivate(path);

        var connection = new StoreConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 60,
        }.ToString());
        try
        {
            connection.Open();
            connection.Run("PRAGMA busy_timeout = 60000");
            RefuseForeignTables(connection, path);
            // The cache: the usual 2 MB hold two thousand jobs, and a batch of more would read its pages again and again.
            connection.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384");
            Migrate(connection, path, time);
            return connection;
        }
        catch (Exception e)
        {
            connection.Dispose();
            throw e is SqliteException sqlite ? Explain(sqlite, path) : e;
        }
    }

    /// <summary>Opens a database that is there, to read it beside whoever writes.</summary>
    public static SqliteConnection OpenToRead(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = 60,
        }.ToString());
        try
        {
            connection.Open();

            // The cache: a list of jobs goes back and forth between its tables, and the usual 2 MB hold two thousand jobs.
            connection.Run("PRAGMA busy_timeout = 60000; PRAGMA cache_size = -32768");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Puts SQLite's own code into the words of the catalogue.</summary>
    public static LipSyncException Explain(SqliteException e, string path) => e.SqliteErrorCode switch
    {
        SqliteCorrupt or SqliteNotADatabase => Corrupt(path, e),
        SqliteFull => new(LipSyncError.StoreDiskFull, $"The disk that holds the store '{path}' is full.", e),
        SqliteReadOnly or SqliteCantOpen or SqlitePermission =>
            new(LipSyncError.StoreNotWritable, $"The store '{path}' cannot be written: {e.Message}", e),
        SqliteIoError => new(LipSyncError.StoreNotWritable, $"The disk that holds the store '{path}' fails: {e.Message}", e),
        _ => new(LipSyncError.StoreNotWritable, $"The store '{path}' cannot be used: {e.Message}", e),
    };

    public static LipSyncException Corrupt(string path, Exception? inner = null)
    {
        var message = $"The store '{path}' is damaged. It holds the receipts of paid jobs, so it was left as it is.";
        return StoreCopies.Newest(Path.GetDirectoryName(path)!) is { } copy
            ? new(LipSyncError.StoreCorrupt, $"{message} Its newest copy is '{copy}'.", inner) { Remedy = StoreCopies.Restoring(path, copy) }
            : new(LipSyncError.StoreCorrupt, message, inner);
    }

    private static void PrepareFolder(string folder, Func<string, StoreDrive?> driveOf)
    {
        try
        {
            PrivateFiles.MakeFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LipSyncException(LipSyncError.StoreNotWritable, $"The store's folder '{folder}' cannot be made: {e.Message}", e);
        }

        if (driveOf(folder) is { IsNetwork: true } drive)
        {
            throw new LipSyncException(LipSyncError.StoreOnNetwork,
                $"The store's folder '{folder}' lies on a network file system ({drive.Format}), where locks and flushes cannot be trusted.");
        }
    }

    /// <summary>An empty file of ours before SQLite makes one that everybody may read; its side files take on the mode.</summary>
    /// <remarks>
    /// Only ever made new. To open and close a database that is in use would drop this process's locks on it: on Unix they
    /// go with the first descriptor of the file that is closed, whoever opened it.
    /// </remarks>
    private static void MakePrivate(string path)
    {
        try
        {
            PrivateFiles.MakeFile(path);
        }
        catch (IOException) when (Path.Exists(path))
        {
            // Made before.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LipSyncException(LipSyncError.StoreNotWritable, $"The store '{path}' cannot be made: {e.Message}", e);
        }
    }

    private static void RefuseForeignTables(SqliteConnection connection, string path)
    {
        // Both of one moment: another process may be making the store, and between the two its tables would be a stranger's.
        using var moment = connection.BeginTransaction(deferred: true);
        var id = connection.Scalar<long>("PRAGMA application_id");
        if (id != Schema.ApplicationId && (id != 0 || connection.Scalar<long>("SELECT count(*) FROM sqlite_schema") > 0))
        {
            throw new LipSyncException(LipSyncError.StoreForeign, $"'{path}' is a database of another program, not a KlingLipSync store.");
        }
    }

    private static void Migrate(SqliteConnection connection, string path, TimeProvider time)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = connection.Scalar<long>("PRAGMA user_version");
        if (version > Schema.Migrations.Length)
        {
            throw new LipSyncException(LipSyncError.StoreNewer,
                $"The store '{path}' was written by a newer KlingLipSync (its version is {version}, this one knows {Schema.Migrations.Length}).");
        }

        for (var step = (int)version; step < Schema.Migrations.Length; step++)
        {
            connection.Run(Schema.Migrations[step]);
        }

        if (version < Schema.Migrations.Length)
        {
            connection.Run($"PRAGMA application_id = {Schema.ApplicationId}; PRAGMA user_version = {Schema.Migrations.Length}");
        }

        connection.Run("INSERT OR IGNORE INTO store (key, value) VALUES ('machine', $machine), ('created', $now)",
            ("$machine", Machine.Name), ("$now", time.GetUtcNow().ToString("O")));
        if (connection.Scalar<string>("SELECT value FROM store WHERE key = 'machine'") is { } owner && !Machine.Is(owner))
        {
            throw new LipSyncException(LipSyncError.StoreOfOtherMachine,
                $"The store '{path}' belongs to the machine '{owner}'; this is '{Machine.Name}'. Two machines on one store could pay twice.");
        }

        transaction.Commit();
    }
}
