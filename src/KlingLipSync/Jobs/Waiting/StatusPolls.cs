using KlingLipSync.Fal;

namespace KlingLipSync.Jobs.Waiting;

/// <summary>
/// Asks for the status of all waiting jobs of a session: one queue by the time that each is due, one timer, and so many requests at a
/// time. A 429 holds all of them back, for as long as fal asks.
/// </summary>
internal sealed class StatusPolls(FalClient fal, TimeProvider time, Func<double> random) : IDisposable
{
    /// <summary>How many requests may be out. Where fal is slow, the queue is the brake: who is due longest comes first.</summary>
    public const int MostAtOnce = 16;

    private readonly object gate = new();
    private readonly PriorityQueue<Poll, long> queue = new();
    private readonly SemaphoreSlim places = new(MostAtOnce);
    private readonly CancellationTokenSource stop = new();
    private TaskCompletionSource changed = NewSignal();
    private Task? loop;
    private long heldSince, heldUntil;
    private int refusals;

    /// <summary>Asks once the pause is over and there is a place.</summary>
    /// <exception cref="FalException">fal did not answer. It was not asked again.</exception>
    public Task<FalStatus> AskAsync(Uri statusUrl, TimeSpan pause, CancellationToken ct)
    {
        var poll = new Poll(statusUrl, ct);
        lock (gate)
        {
            var due = After(pause);
            var isNext = !queue.TryPeek(out _, out var next) || due < next;
            queue.Enqueue(poll, due);
            if (isNext)
            {
                Signal();
            }

            loop ??= Task.Run(RunAsync, CancellationToken.None);
        }

        return poll.Answer.Task.WaitAsync(ct);
    }

    /// <summary>fal wants to be left alone.</summary>
    /// <param name="asked">For how long, if it says so.</param>
    /// <param name="since">When the request went out that was told so.</param>
    public void Hold(TimeSpan? asked, long since)
    {
        lock (gate)
        {
            if (since >= heldSince)
            {
                // What went out before the last hold is told the same once more.
                refusals++;
            }

            heldSince = time.GetTimestamp();
            heldUntil = Math.Max(heldUntil, After(FalRetryRules.For(FalRoute.Poll).Wait(refusals, asked, random())));
            Signal();
        }
    }

    public void Dispose() => stop.Cancel();

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await places.WaitAsync(stop.Token).ConfigureAwait(false);
                _ = PutAsync(await NextAsync().ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over, and with it all waiting.
        }
    }

    /// <summary>The first in the queue, once it is due.</summary>
    private async Task<Poll> NextAsync()
    {
        for (var isDue = false; ;)
        {
            var left = Timeout.InfiniteTimeSpan;
            Task signal;
            lock (gate)
            {
                signal = changed.Task;
                if (queue.TryPeek(out var first, out var due))
                {
                    left = Left(Math.Max(due, heldUntil));
                    if (isDue || left <= TimeSpan.Zero || first.Token.IsCancellationRequested)
                    {
                        queue.Dequeue();
                        if (!first.Token.IsCancellationRequested)
                        {
                            return first;
                        }

                        isDue = false;
                        continue;
                    }
                }
            }

            using var noLonger = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            await Task.WhenAny(Task.Delay(left, time, noLonger.Token), signal).ConfigureAwait(false);
            await noLonger.CancelAsync().ConfigureAwait(false);
            stop.Token.ThrowIfCancellationRequested();
            isDue = !signal.IsCompleted;
        }
    }

    private async Task PutAsync(Poll poll)
    {
        var since = time.GetTimestamp();
        try
        {
            var status = await fal.PollStatusAsync(poll.StatusUrl, poll.Token).ConfigureAwait(false);
            lock (gate)
            {
                refusals = 0;
            }

            poll.Answer.TrySetResult(status);
        }
        catch (Exception e)
        {
            if (e is FalException { Kind: FalFailureKind.RateLimited } busy)
            {
                Hold(busy.RetryAfter, since);
            }

            poll.Answer.TrySetException(e);
        }
        finally
        {
            places.Release();
        }
    }

    private void Signal()
    {
        changed.TrySetResult();
        changed = NewSignal();
    }

    private long After(TimeSpan pause) => time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);

    private TimeSpan Left(long until) => time.GetElapsedTime(time.GetTimestamp(), until);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Poll(Uri statusUrl, CancellationToken token)
    {
        public Uri StatusUrl { get; } = statusUrl;

        public CancellationToken Token { get; } = token;

        public TaskCompletionSource<FalStatus> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
