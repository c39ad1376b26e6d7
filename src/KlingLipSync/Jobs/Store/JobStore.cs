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
    private readonly Lazy<HashSet<string>> outputPaths;

    /// <summary>Opens the store in <paramref name="folder"/>, making it on first use.</summary>
    public JobStore(string folder, TimeProvider time)
    {
        Folder = folder;
        this.time = time;
        outputPaths = new(ReadOutputPaths);
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

    public void Dispose()
    {
        lock (gate)
        {
            connection.Dispose();
        }
    }

    private long Now => time.GetUtcNow().Milliseconds();

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
