namespace KlingLipSync.Jobs;

/// <summary>How a batch is run.</summary>
internal sealed record BatchOptions
{
    /// <summary>Jobs between upload and saved at one time.</summary>
    public int ThrottleLimit { get; init; } = 8;

    /// <summary>Return when fal has accepted.</summary>
    public bool NoWait { get; init; }

    /// <summary>One blocking call for each pair, past fal's queue: no receipt before the result.</summary>
    public bool Synchronous { get; init; }

    /// <summary>How long a job is waited for from its acceptance.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Cancel at fal what took longer; otherwise it goes on there.</summary>
    public bool StopOnTimeout { get; init; }

    /// <summary>Nothing new is sent once a pair has failed.</summary>
    public bool StopAtError { get; init; }

    /// <summary>Told each line of the runners' logs; null when they are not asked for.</summary>
    public Action<LipSyncJob, LipSyncLogLine>? Logged { get; init; }

    public LipSyncPriority Priority { get; init; }

    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromHours(6);

    public TimeSpan UploadExpiry { get; init; } = TimeSpan.FromDays(7);

    public TimeSpan? ResultExpiry { get; init; }

    public bool NoServerRetry { get; init; }

    /// <summary>Whether a pair is sent again once it is proven that fal never had its unconfirmed request.</summary>
    public LipSyncUnconfirmedAction OnUnconfirmed { get; init; }

    /// <summary>Whether our own results may be clips.</summary>
    public bool AllowOutputAsInput { get; init; }

    /// <summary>Pairs last paid before this time are paid again.</summary>
    public DateTimeOffset? ResubmitBefore { get; init; }
}
