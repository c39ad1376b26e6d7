using System.Collections.Concurrent;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Jobs;

/// <summary>One call of a command that may pay or write files: it owns the jobs it works on until it is disposed.</summary>
internal sealed class Run : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<Task, byte> OutThere = new();

    private readonly JobStore store;
    private readonly OwnerLock owner;
    private readonly ConcurrentDictionary<Task, byte> unstoppable = new();

    private static readonly CancellationTokenSource Leaving = new();

    // A script that ends with a request out would lose its receipt: pool threads do not hold a process. Nothing new goes out
    // from here on, also where the process is told to end and the batch does not know it yet.
    static Run() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        _ = Leaving.CancelAsync();
        while (!OutThere.IsEmpty)
        {
            Task.WaitAll([.. OutThere.Keys]);
        }
    };

    private Run(JobStore store, string id, OwnerLock owner)
    {
        this.store = store;
        this.owner = owner;
        Id = id;
    }

    public string Id { get; }

    public LipSyncRunSummary? Summary { get; set; }

    public static Run Begin(JobStore store, TimeProvider time, string command)
    {
        var id = JobId.New(time);
        OwnerLock owner;
        try
        {
            owner = OwnerLock.Take(store.Folder, id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LipSyncException(LipSyncError.StoreNotWritable, $"The store's folder '{store.Folder}' cannot be written: {e.Message}", e);
        }

        try
        {
            store.BeginRun(id, command);
            return new Run(store, id, owner);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Keeps the run, and with it the ownership of its jobs, alive until the task has ended; and the process as well, when it
    /// ends by itself. The task must end by itself: a queue request within minutes, a blocking call within its deadline.
    /// </summary>
    /// <param name="begin">Begins it. Its token is cancelled when the process ends: what would hold it for minutes has to come to its end then.</param>
    /// <exception cref="LipSyncException">The process is ending, so that nothing was begun.</exception>
    public Task<T> Shelter<T>(Func<CancellationToken, Task<T>> begin)
    {
        // Announced before the flag is read: either the end of the process waits for this, or this sees the flag.
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OutThere.TryAdd(ended.Task, 0);
        if (Leaving.IsCancellationRequested)
        {
            OutThere.TryRemove(ended.Task, out _);
            throw new LipSyncException(LipSyncError.SubmitHeldBack, "The process is ending; nothing was sent.");
        }

        var task = Task.Run(() => begin(Leaving.Token), CancellationToken.None);
        unstoppable.TryAdd(task, 0);
        task.ContinueWith(_ =>
        {
            unstoppable.TryRemove(task, out byte _);
            OutThere.TryRemove(ended.Task, out byte _);
            ended.SetResult();
        }, TaskScheduler.Default);
        return task;
    }

    /// <summary>Waits for the requests that are out, then gives the jobs free.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(unstoppable.Keys.Select(Quietly)).ConfigureAwait(false);
        try
        {
            store.EndRun(Id, Summary);
        }
        finally
        {
            owner.Dispose();
        }
    }

    private static Task Quietly(Task task) => task.ContinueWith(_ => { }, TaskScheduler.Default);
}
