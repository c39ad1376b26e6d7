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
        lock (gate)
        {
            Register(job);
            job.Line.Add(job);
            receipt = View(job);
        }

        if (options.QueueTime <= TimeSpan.Zero)
            LetStart(job);
        else
            After(options.QueueTime, () => LetStart(job));
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
            Register(job);
            MarkStarted(job);
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
            return job.PayloadsForgotten || (job.EndedAt is { } end && Clock.GetUtcNow() >= end + Retention(job)) ? null : View(job);
        }
    }

    /// <summary>The request of this account, of whatever app and however long ago.</summary>
    public JobView? Find(Account account, string id)
    {
        lock (gate)
            return jobs.TryGetValue(id, out var job) && job.Account == account ? View(job) : null;
    }

    /// <summary>Keeps nothing of a request but that there was one.</summary>
    public void ForgetPayloads(Job job)
    {
        lock (gate)
            job.PayloadsForgotten = true;
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
                job.Line.Remove(job);
                End(job, Outcome.Removed());
                return CancelAnswer.Removed;
            }
        }

        // Outside the lock: what listens runs at once.
        job.Stop.Cancel();
        return CancelAnswer.Requested;
    }

    /// <summary>Every request in the order of acceptance, without its log.</summary>
    public IReadOnlyList<JobView> All()
    {
        lock (gate)
            return [.. inOrder.Select(job => View(job, withLog: false))];
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

    private void Register(Job job)
    {
        job.Sequence = ++lastSequence;
        jobs.Add(job.Id, job);
        inOrder.Add(job);
        if (!lines.TryGetValue(job.Account, out var line))
            lines.Add(job.Account, line = new AccountLine());
        job.Line = line;
    }

    private void LetStart(Job job)
    {
        lock (gate)
            job.MayStart = true;
        StartWhoCan(job.Line);
    }

    private void StartWhoCan(AccountLine line)
    {
        List<Job>? started = null;
        lock (gate)
        {
            while (line.Running < options.Concurrency && line.Take() is { } job)
            {
                MarkStarted(job);
                (started ??= []).Add(job);
            }
        }

        foreach (var job in started ?? [])
            _ = RunAsync(job);
    }

    private void MarkStarted(Job job)
    {
        job.Line.Running++;
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
        catch (Exception exception) when (exception is OperationCanceledException || stopping.IsCancellationRequested)
        {
            outcome = Outcome.Stopped(job.TakenInSeconds);
        }
        catch (Exception exception)
        {
            // An input that expired while it was read, a full disk: whatever it is, the request has to end.
            await Console.Error.WriteLineAsync($"The run of {job.Id} failed: {exception.Message}");
            outcome = ModelFailure.Crash();
        }

        lock (gate)
        {
            End(job, outcome);
            job.Line.Running--;
        }

        if (!stopping.IsCancellationRequested)
            StartWhoCan(job.Line);
    }

    private void GiveUpStarting(Job job)
    {
        lock (gate)
        {
            if (job.State == JobState.InQueue && job.Line.Remove(job))
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

    private JobView View(Job job, bool withLog = true)
    {
        // The account's switch wins over the request's wish.
        var kept = options.PayloadStorage && job.Preferences.StorePayloads != false && !job.PayloadsForgotten;
        int? position = job.State == JobState.InQueue ? job.Line.Position(job) : null;
        return new JobView(job, job.State, position, withLog && job.Log.Count > 0 ? [.. job.Log] : [], job.StartedAt, job.EndedAt, job.Outcome, kept);
    }

    private TimeSpan Retention(Job job)
    {
        if (options.PayloadStorage && job.Preferences.StorePayloads == true)
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
