namespace KlingLipSync.Jobs;

/// <summary>A number of places. Who waits for one is let in by its deadline, and among equals in the order of coming.</summary>
/// <param name="places">How many.</param>
internal sealed class Lane(int places)
{
    private readonly object gate = new();
    private readonly PriorityQueue<TaskCompletionSource, (DateTimeOffset Deadline, long Number)> waiting = new();
    private int free = places;
    private long number;

    /// <summary>Does work in a place.</summary>
    /// <param name="deadline">Until when it has to be done; null for no hurry.</param>
    /// <param name="work">The work.</param>
    /// <param name="ct">Ends the waiting for a place.</param>
    public async Task<T> RunAsync<T>(DateTimeOffset? deadline, Func<Task<T>> work, CancellationToken ct)
    {
        await EnterAsync(deadline ?? DateTimeOffset.MaxValue, ct).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    private async Task EnterAsync(DateTimeOffset deadline, CancellationToken ct)
    {
        TaskCompletionSource turn;
        lock (gate)
        {
            ct.ThrowIfCancellationRequested();
            if (free > 0)
            {
                free--;
                return;
            }

            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn, (deadline, number++));
        }

        // Whoever has left the queue by then is passed over; a turn that came at the same moment counts.
        using (ct.UnsafeRegister(_ => turn.TrySetCanceled(ct), null))
        {
            await turn.Task.ConfigureAwait(false);
        }
    }

    private void Leave()
    {
        lock (gate)
        {
            while (waiting.TryDequeue(out var turn, out _))
            {
                if (turn.TrySetResult())
                {
                    return;
                }
            }

            free++;
        }
    }
}
