using System.Collections.Immutable;
using KlingLipSync.Fal;

namespace KlingLipSync.Jobs.Waiting;

/// <summary>What is known of one job while it is waited for, and when it is to be asked about next. Told by one caller at a time.</summary>
internal sealed class WaitingJob
{
    private readonly LipSyncSession session;
    private readonly Action<LipSyncJob>? seen;
    private readonly Action<LipSyncJob, LipSyncLogLine>? logged;
    private LipSyncJob shown;
    private JobLog log = new();
    private FalStatusKind? kind;
    private DateTimeOffset since;
    private TimeSpan? asked;
    private int misses;
    private bool isLogUnreadable;

    /// <param name="session">The session.</param>
    /// <param name="job">An accepted job.</param>
    /// <param name="seen">Told each time fal is heard, with the job as observed.</param>
    /// <param name="logged">Told each line of the runner's log; null when the log is not asked for.</param>
    public WaitingJob(LipSyncSession session, LipSyncJob job, Action<LipSyncJob>? seen, Action<LipSyncJob, LipSyncLogLine>? logged)
    {
        (this.session, this.seen, this.logged) = (session, seen, logged);
        (Job, shown, since) = (job, job, job.SubmittedAt ?? job.CreatedAt);
        News = new BadNews(session.Time);
    }

    /// <summary>The job as it was read from the store: on which request it stands.</summary>
    public LipSyncJob Job { get; private set; }

    public BadNews News { get; private set; }

    public ImmutableList<LipSyncLogLine> Log => log.Lines;

    /// <summary>Whether the last answer came at once after a stream that was no help.</summary>
    public bool HasLeftStream { get; set; }

    /// <summary>Whether a stream is worth trying: not before the pause is over, and not while fal's words settle nothing.</summary>
    public bool MayStream => misses == 0 && !HasLeftStream;

    /// <summary>Where to ask. A log that could not be read is left out once: the state counts more.</summary>
    public Uri StatusUrl => logged is null || isLogUnreadable ? Job.Address!.Status : FalClient.WithLog(Job.Address!.Status);

    /// <summary>How long to leave it alone.</summary>
    public TimeSpan Pause
    {
        get
        {
            var pace = PollPace.After(session.Time.GetUtcNow() - since, kind == FalStatusKind.Queued ? shown.QueuePosition : null) * (1 + (session.Random() / 4));
            return misses == 0 || FalRetryRules.For(FalRoute.Poll).Wait(misses, asked, session.Random()) is var wait && wait < pace ? pace : wait;
        }
    }

    /// <summary>fal was heard.</summary>
    /// <param name="status">What it said.</param>
    /// <param name="isIncrement">Whether its lines are all new.</param>
    public void Hear(FalStatus status, bool isIncrement)
    {
        if (kind is not null && kind != status.Kind)
        {
            since = session.Time.GetUtcNow();
        }

        kind = status.Kind;
        isLogUnreadable = false;
        var lines = logged is null ? [] : isIncrement ? log.Add(status.Log) : log.AddWindow(status.Log);
        if (status.Kind != FalStatusKind.Completed)
        {
            misses = 0;
            News.Known();
            shown = Observed(Job, status);
        }
        else if (lines.Count == 0)
        {
            // Its end is shown by its result.
            return;
        }
        else
        {
            // The last words of the run.
            shown = shown with { State = LipSyncJobState.Running, QueuePosition = null };
        }

        shown = shown with { Log = log.Lines };
        foreach (var line in lines)
        {
            logged!(shown, line);
        }

        seen?.Invoke(shown);
    }

    /// <summary>fal was not heard, or its word settles nothing.</summary>
    public void Miss(FalException? why = null)
    {
        misses++;
        asked = why is { Kind: not FalFailureKind.RateLimited } ? why.RetryAfter : null;
        isLogUnreadable = logged is not null && !isLogUnreadable && why?.Kind == FalFailureKind.NotFal;
    }

    /// <summary>The pair was sent again: what fal says of the first request is no news of the second.</summary>
    public void Restart(LipSyncJob job)
    {
        (Job, shown, since, kind) = (job, job, job.SubmittedAt ?? job.CreatedAt, null);
        (News, log, misses, HasLeftStream) = (new BadNews(session.Time), new JobLog(), 0, false);
    }

    /// <summary>The job as fal shows it.</summary>
    public static LipSyncJob Observed(LipSyncJob job, FalStatus status) => job with
    {
        State = status.Kind == FalStatusKind.Running ? LipSyncJobState.Running : LipSyncJobState.Queued,
        QueuePosition = status.QueuePosition,
    };
}
