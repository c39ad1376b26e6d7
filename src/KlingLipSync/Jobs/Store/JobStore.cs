using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <summary>
/// The durable memory of what was claimed, sent, accepted and saved. Every method is one change that happens whole or not
/// at all; what money hangs on is flushed to the disk when it returns.
/// </summary>
internal sealed partial class JobStore : IDisposable
{
    /// <summary>How many accepted and unbilled failures a pair may have before it is only reported.</summary>
    public const int MostTries = 3;

    private static readonly TimeSpan CopyLife = TimeSpan.FromHours(1);

    private readonly SqliteConnection connection;
    private readonly object gate = new();
    private readonly StoreWriter writer;
    private readonly JobLists lists;
    private readonly TimeProvider time;
    private readonly Lazy<HashSet<string>> outputPaths;
    private bool copiedHere;

    /// <summary>Opens the store in <paramref name="folder"/>, making it on first use.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="driveOf">Tells the kind of disk a folder lies on; the system's own word by default.</param>
    /// <exception cref="LipSyncException">It cannot be used, and why.</exception>
    public JobStore(string folder, TimeProvider time, Func<string, StoreDrive?>? driveOf = null)
    {
        Folder = folder;
        this.time = time;
        outputPaths = new(ReadOutputPaths);
        connection = StoreFile.Open(folder, time, driveOf);
        writer = new StoreWriter(connection, gate);
        lists = new JobLists(FilePath);
    }

    public string Folder { get; }

    public string FilePath => Path.Combine(Folder, StoreFile.Name);

    /// <summary>Refuses to spend over a store that is damaged or whose disk is about to be full.</summary>
    public void CheckBeforeSpending()
    {
        const long leastFree = 64L << 20;
        if (StoreDrive.Of(Folder)?.FreeBytes is { } free && free < leastFree)
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

    /// <summary>Makes today's copy of the store, unless it is there.</summary>
    /// <param name="hasPaid">Whether something was paid since: then the copy is renewed, if it is older than an hour or was made before that here.</param>
    /// <returns>Why there is none; null when there is one. A copy that failed stops nobody from spending: the store itself is whole.</returns>
    public string? CopyTodays(bool hasPaid = false)
    {
        try
        {
            copiedHere |= Read(c => StoreCopies.MakeTodays(c, Folder, time, hasPaid ? copiedHere ? TimeSpan.Zero : CopyLife : null));
            return null;
        }
        catch (Exception e) when (e is LipSyncException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>When the copy was made that this store was restored from. Asked once; from then on it is a store like any other.</summary>
    public DateTimeOffset? TakeRestoredFrom() => Read(StoreCopies.MadeAt) is { } made
        ? Write(c =>
        {
            StoreCopies.Unmark(c);
            return made;
        })
        : null;

    public void Dispose()
    {
        lists.Dispose();
        lock (gate)
        {
            connection.Dispose();
        }
    }

    private long Now => time.GetUtcNow().Milliseconds();

    private T Write<T>(Func<SqliteConnection, T> body) => Explained(() => writer.Write(body));

    private void Write(Action<SqliteConnection> body) => Write(c =>
    {
        body(c);
        return true;
    });

    /// <summary>
    /// A change that costs nothing if a power failure takes it: it is made again, and whatever money hangs on comes after it and is
    /// flushed with it. The death of this process does not take it.
    /// </summary>
    private T WriteUnflushed<T>(Func<SqliteConnection, T> body) => Explained(() => writer.Write(body, flush: false));

    private void WriteUnflushed(Action<SqliteConnection> body) => WriteUnflushed(c =>
    {
        body(c);
        return true;
    });

    private T Read<T>(Func<SqliteConnection, T> body) => Explained(() =>
    {
        lock (gate)
        {
            return body(connection);
        }
    });

    private T Explained<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is SqliteException or FormatException)
        {
            throw e is SqliteException sqlite ? StoreFile.Explain(sqlite, FilePath) : StoreFile.Corrupt(FilePath, e);
        }
    }
}
