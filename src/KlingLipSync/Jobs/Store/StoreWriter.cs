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
    private int isLed;
    private bool flushes = true;

    /// <summary>Carries out a change in a transaction, alone or with others.</summary>
    /// <param name="body">The change. What it throws undoes it alone. It may run twice: once with others, whose failure undid all, and once by itself.</param>
    /// <param name="flush">
    /// Whether the change is on the disk when this returns. Without, it outlives the death of this process at once, and a power
    /// failure from the next flushed change on.
    /// </param>
    public T Write<T>(Func<SqliteConnection, T> body, bool flush = true)
    {
        var change = new Change<T>(body, flush);
        waiting.Enqueue(change);
        while (!change.IsDone)
        {
            if (Interlocked.CompareExchange(ref isLed, 1, 0) == 0)
            {
                Lead(change);
            }
            else
            {
                // Whoever leads takes this one along, or wakes it to lead.
                change.Wait();
            }
        }

        return change.Result;
    }

    private void Lead(Change own)
    {
        try
        {
            lock (gate)
            {
                while (!own.IsDone)
                {
                    CommitWaiting();
                }
            }
        }
        finally
        {
            Volatile.Write(ref isLed, 0);
            Interlocked.MemoryBarrier();
            if (waiting.TryPeek(out var next))
            {
                next.Wake();
            }
        }
    }

    private void CommitWaiting()
    {
        var changes = new List<Change>();
        while (changes.Count < MostAtOnce && waiting.TryDequeue(out var change))
        {
            changes.Add(change);
        }

        try
        {
            if (changes.Count == 1 || !TryCommit(changes))
            {
                changes.ForEach(CommitAlone);
            }
        }
        catch (Exception e)
        {
            // Nothing that is known comes here. Whoever waits must not wait for ever all the same.
            foreach (var change in changes.Where(c => !c.IsDone))
            {
                change.Fail(e);
                change.Complete();
            }

            throw;
        }
    }

    /// <summary>SQLite takes this between transactions only.</summary>
    private void SetFlush(bool wanted)
    {
        if (flushes != wanted)
        {
            connection.Run(wanted ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            flushes = wanted;
        }
    }

    private bool TryCommit(List<Change> changes)
    {
        try
        {
            SetFlush(changes.Exists(c => c.NeedsFlush));
            using var transaction = connection.BeginTransaction(deferred: false);
            foreach (var change in changes)
            {
                connection.Run("SAVEPOINT change");
                if (!change.TryRun(connection))
                {
                    connection.Run("ROLLBACK TO change");
                }

                connection.Run("RELEASE change");
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
            SetFlush(change.NeedsFlush);
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

    private abstract class Change(bool needsFlush)
    {
        private readonly object bell = new();
        private ExceptionDispatchInfo? failure;
        private volatile bool isDone, isAwake;

        public bool NeedsFlush => needsFlush;

        public bool IsDone => isDone;

        /// <summary>Until it is done, or its owner is to lead.</summary>
        public void Wait()
        {
            lock (bell)
            {
                while (!isDone && !isAwake)
                {
                    Monitor.Wait(bell);
                }

                isAwake = false;
            }
        }

        public void Wake()
        {
            lock (bell)
            {
                isAwake = true;
                Monitor.Pulse(bell);
            }
        }

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

        public void Complete()
        {
            lock (bell)
            {
                isDone = true;
                Monitor.Pulse(bell);
            }
        }

        protected abstract void Run(SqliteConnection connection);

        protected void ThrowIfFailed() => failure?.Throw();
    }

    private sealed class Change<T>(Func<SqliteConnection, T> body, bool needsFlush) : Change(needsFlush)
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
