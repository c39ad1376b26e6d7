using System.Collections.Concurrent;
using System.Management.Automation;
using System.Runtime.ExceptionServices;

namespace KlingLipSync.Commands;

/// <summary>
/// The one base for commands that wait: work runs on the thread pool, everything that touches the engine runs here,
/// on the pipeline thread, in the order in which it was posted.
/// </summary>
/// <remarks>
/// A stop can come in three ways, and all three cancel the work: Ctrl+C calls <see cref="StopProcessing"/>; an early end
/// downstream (<c>Select-Object -First</c>) throws out of a write and calls neither Stop nor End, only Dispose; an error under
/// <c>-ErrorAction Stop</c> throws out of a write as well. The command then leaves after a short grace; work that must not be
/// cut short (a request that is out) goes on by itself.
/// </remarks>
public abstract class AsyncCommand : PSCmdlet, IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500), Tick = TimeSpan.FromMilliseconds(250);

    // Unbounded: a bounded queue would deadlock with a host that waits for the work.
    private readonly BlockingCollection<Action> posted = [];
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> bodies = [];
    private bool disposed;

    /// <summary>Runs a body on the thread pool. Its failure is thrown on the pipeline thread when that drains.</summary>
    private protected void Start(Func<CancellationToken, Task> body) => bodies.Add(Task.Run(async () =>
    {
        try
        {
            await body(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The user left; there is nobody to tell.
        }
        catch (Exception e)
        {
            Post(() => Throw(e));
        }
        finally
        {
            // Wakes the drain, which would otherwise sit out its tick.
            Post(static () => { });
        }
    }));

    /// <summary>Hands an action to the pipeline thread. May be called from any thread; after a stop it is dropped.</summary>
    private protected void Post(Action action) => posted.Add(action);

    /// <summary>Runs what has been posted so far, without waiting.</summary>
    private protected void DrainReady() => Guarded(() =>
    {
        while (posted.TryTake(out var action))
        {
            action();
        }
    });

    /// <summary>Runs what is posted until every body has ended.</summary>
    /// <param name="tick">Called a few times a second while nothing is posted.</param>
    private protected void DrainToEnd(Action? tick = null) => Guarded(() =>
    {
        while (!bodies.TrueForAll(b => b.IsCompleted) || posted.Count > 0)
        {
            if (TryTake(out var action))
            {
                action();
            }

            tick?.Invoke();
        }

        bodies.Clear();
    });

    /// <summary>Signals and returns: the pipeline thread leaves by itself.</summary>
    protected sealed override void StopProcessing()
    {
        // Asked first: the work that it is about ends with the next line.
        var word = LastWord();
        _ = stop.CancelAsync();
        if (word is null)
        {
            return;
        }

        try
        {
            Host.UI.WriteWarningLine(word);
        }
        catch (Exception)
        {
            // A host without a screen.
        }
    }

    /// <summary>
    /// What has to be said after Ctrl+C; null for nothing. The engine takes no more from a stopped command, so that it goes to
    /// the host itself, where the user sits.
    /// </summary>
    private protected virtual string? LastWord() => null;

    /// <summary>Called by the engine at the end, however it came; the only call after an early end downstream.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops what still runs, and closes once it has ended: at once after a normal end, in the background after a stop.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || disposed)
        {
            return;
        }

        // The source itself lives on with the bodies that hold its token.
        disposed = true;
        _ = stop.CancelAsync();
        if (bodies.TrueForAll(b => b.IsCompleted))
        {
            CloseAsync().AsTask().GetAwaiter().GetResult();
        }
        else
        {
            _ = CloseAfterAsync(Task.WhenAll(bodies));
        }
    }

    /// <summary>Gives back what the bodies worked on. Called once, after the last of them has ended.</summary>
    private protected virtual ValueTask CloseAsync() => default;

    private async Task CloseAfterAsync(Task all)
    {
        try
        {
            await all.ConfigureAwait(false);
            await CloseAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The command is gone and nobody can be told; an exception here would end the host.
        }
    }

    private bool TryTake(out Action action)
    {
        try
        {
            return posted.TryTake(out action!, (int)Tick.TotalMilliseconds, stop.Token);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private void Guarded(Action drain)
    {
        try
        {
            drain();
        }
        catch
        {
            _ = stop.CancelAsync();
            Task.WaitAll([.. bodies], Grace);
            throw;
        }
    }

    private protected virtual void Throw(Exception e) => ExceptionDispatchInfo.Throw(e);
}
