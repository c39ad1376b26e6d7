using KlingLipSync.Emulator.Accounts;
using KlingLipSync.Emulator.Model;

namespace KlingLipSync.Emulator.Jobs;

/// <summary>All requests and their way through queue and run. Timers move them, no thread waits.</summary>
internal sealed class JobBoard(EmulatorOptions options, LipSyncModel model, CancellationToken stopping)
{
    private const int LargeResult = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Job> jobs = [];
    private readonly Dictionary<Account, AccountLine> lines = [];
    private List<Job> inOrder = [];
    private long lastSequence;

    private TimeProvider Clock => options.Clock;

    /// <summary>Accepts a request; the answer is what its receipt says.</summary>
    public JobView Submit(Job job)
    {
        JobView receipt;
        AccountLine line;
        lock (gate)
        {
            line = Register(job);
            line.Add(job);
            receipt = View(job);
        }

        if (options.QueueTime <= TimeSpan.Zero)
            StartWhoCan(line);
        else
            After(options.QueueTime, () => StartWhoCan(line));
        if (job.Preferences.StartTimeout is { } timeout)
            After(timeout, () => GiveUpStarting(job));
        return receipt;
    }

    /// <summary>Accepts and starts a request at once, past the queue; false when all slots are taken.</summary>
    public bool TryStart(Job job)
    {
        lock (gate)
        {
            if (lines.TryGetValue(job.Account, out var taken) && taken.Running >= options.Concurrency)
                return false;
            var line = Register(job);
            MarkStarted(line, job);
        }

        _ = RunAsync(job);
        return true;
    }

    /// <summary>How many requests of all accounts wait.</summary>
    public int Waiting()
    {
        lock (gate)
            return lines.Values.Sum(line => line.Waiting);
    }

    /// <summary>The request of this account and app; null when it is unknown or its result is no longer kept.</summary>
    public JobView? Find(Account account, string app, string id)
    {
        lock (gate)
        {
            if (!jobs.TryGetValue(id, out var job) || job.Account != account || job.App != app)
                return null;
            return job.EndedAt is { } end && Clock.GetUtcNow() >= end + Retention(job) ? null : View(job);
        }
    }

    public JobView Look(Job job)
    {
        lock (gate)
            return View(job);
    }

    public CancelAnswer Cancel(Job job)
    {
        lock (gate)
        {
            if (job.State == JobState.Completed)
                return CancelAnswer.TooLate;
            if (job.State == JobState.InQueue)
            {
                lines[job.Account].Remove(job);
                End(job, Outcome.Removed());
                return CancelAnswer.Removed;
            }
        }

        // Outside the lock: what listens runs at once.
        job.Stop.Cancel();
        return CancelAnswer.Requested;
    }

    public IReadOnlyList<JobView> All()
    {
        lock (gate)
            return [.. inOrder.Select(View)];
    }

    /// <summary>Forgets everything. Runs still going end unseen.</summary>
    public void Reset()
    {
        List<Job> old;
        lock (gate)
        {
            old = inOrder;
            inOrder = [];
            jobs.Clear();
            lines.Clear();
        }

        foreach (var job in old)
            job.Stop.Cancel();
    }

    private AccountLine Register(Job job)
    {
        job.Sequence = ++lastSequence;
        jobs.Add(job.Id, job);
        inOrder.Add(job);
        if (!lines.TryGetValue(job.Account, out var line))
            lines.Add(job.Account, line = new AccountLine());
        return line;
    }

    private void StartWhoCan(AccountLine line)
    {
        List<Job>? started = null;
        lock (gate)
        {
            var receivedBy = Clock.GetUtcNow() - options.QueueTime;
            while (line.Running < options.Concurrency && line.Take(receivedBy) is { } job)
            {
                MarkStarted(line, job);
                (started ??= []).Add(job);
            }
        }

        foreach (var job in started ?? [])
            _ = RunAsync(job);
    }

    private void MarkStarted(AccountLine line, Job job)
    {
        line.Running++;
        job.State = JobState.InProgress;
        job.StartedAt = Clock.GetUtcNow();
        job.SignalChange();
    }

    private async Task RunAsync(Job job)
    {
        // The caller may be a submit whose answer should not wait for the model.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Outcome outcome;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, job.Stop.Token);
        try
        {
            outcome = await model.RunAsync(job, message => Note(job, message), either.Token);
        }
        catch (OperationCanceledException)
        {
            outcome = Outcome.Stopped(job.TakenInSeconds);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // An input that expired while it was read, or a full disk.
            outcome = ModelFailure.Crash();
        }

        AccountLine? line;
        lock (gate)
        {
            End(job, outcome);
            if (lines.TryGetValue(job.Account, out line))
                line.Running = Math.Max(0, line.Running - 1);
        }

        if (line is not null && !stopping.IsCancellationRequested)
            StartWhoCan(line);
    }

    private void GiveUpStarting(Job job)
    {
        lock (gate)
        {
            if (job.State == JobState.InQueue && lines.TryGetValue(job.Account, out var line) && line.Remove(job))
                End(job, Outcome.StartedTooLate());
        }
    }

    private void End(Job job, Outcome outcome)
    {
        job.Outcome = outcome;
        job.EndedAt = Clock.GetUtcNow();
        job.State = JobState.Completed;
        job.SignalChange();
    }

    private void Note(Job job, string message)
    {
        lock (gate)
            job.Log.Add(new LogLine(message, Clock.GetUtcNow()));
        job.SignalChange();
    }

    private JobView View(Job job)
    {
        var position = job.State == JobState.InQueue && lines.TryGetValue(job.Account, out var line) ? line.Position(job) : (int?)null;
        return new JobView(job, job.State, position, job.Log.Count == 0 ? [] : [.. job.Log], job.StartedAt, job.EndedAt, job.Outcome);
    }

    private TimeSpan Retention(Job job)
    {
        if (job.Preferences.StorePayloads == true)
            return options.PayloadRetention;
        return job.Outcome!.Body.Length >= LargeResult ? options.ResultRetention / 10 : options.ResultRetention;
    }

    private async void After(TimeSpan delay, Action action)
    {
        try
        {
            await Task.Delay(delay, Clock, stopping).ConfigureAwait(false);
            action();
        }
        catch (OperationCanceledException)
        {
            // The emulator stops.
        }
    }
}
