using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;

namespace KlingLipSync.Jobs.Store;

/// <summary>
/// The one writer of a connection. Changes that come while another is being flushed share the next flush: a commit costs about
/// as much as its flush, however much is in it.
/// </summary>
/// <param name="connection">The connection; nobody else writes with it.</param>
/// <param name="gate">Held while the connection is used, by readers too.</param>
internal sealed class StoreWriter(SqliteConnection connection, object gate)
{
    private const int MostAtOnce = 64;

    private readonly ConcurrentQueue<Change> waiting = new();

    /// <summary>Carries out a change in a transaction, alone or with others; when this returns it is on the disk.</summary>
    /// <param name="body">The change. What it throws undoes it alone. It may run twice: once with others, whose failure undid all, and once by itself.</param>
    public T Write<T>(Func<SqliteConnection, T> body)
    {
        var change = new Change<T>(body);
        waiting.Enqueue(change);
        lock (gate)
        {
            // Whoever held the gate before may have taken this one along.
            while (!change.IsDone)
            {
                CommitWaiting();
            }
        }

        return change.Result;
    }

    private void CommitWaiting()
    {
        var changes = new List<Change>();
        while (changes.Count < MostAtOnce && waiting.TryDequeue(out var change))
        {
            changes.Add(change);
        }

        if (changes.Count == 1 || !TryCommit(changes))
        {
            changes.ForEach(CommitAlone);
        }
    }

    private bool TryCommit(List<Change> changes)
    {
        try
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            foreach (var change in changes)
            {
                transaction.Save("change");
                if (!change.TryRun(connection))
                {
                    transaction.Rollback("change");
                }

                transaction.Release("change");
            }

            transaction.Commit();
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException)
        {
            // A full disk or a lock: SQLite may have undone all of it. Each then learns by itself what is wrong.
            return false;
        }

        changes.ForEach(c => c.Complete());
        return true;
    }

    private void CommitAlone(Change change)
    {
        try
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            if (change.TryRun(connection))
            {
                transaction.Commit();
            }
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException)
        {
            // The latter where the connection is closed already.
            change.Fail(e);
        }

        change.Complete();
    }

    private abstract class Change
    {
        private ExceptionDispatchInfo? failure;

        public bool IsDone { get; private set; }

        /// <summary>False when the change itself says no: it alone is undone then.</summary>
        /// <exception cref="SqliteException">The database says no.</exception>
        public bool TryRun(SqliteConnection connection)
        {
            failure = null;
            try
            {
                Run(connection);
                return true;
            }
            catch (Exception e) when (e is not SqliteException)
            {
                Fail(e);
                return false;
            }
        }

        public void Fail(Exception e) => failure = ExceptionDispatchInfo.Capture(e);

        public void Complete() => IsDone = true;

        protected abstract void Run(SqliteConnection connection);

        protected void ThrowIfFailed() => failure?.Throw();
    }

    private sealed class Change<T>(Func<SqliteConnection, T> body) : Change
    {
        private T result = default!;

        public T Result
        {
            get
            {
                ThrowIfFailed();
                return result;
            }
        }

        protected override void Run(SqliteConnection connection) => result = body(connection);
    }
}
