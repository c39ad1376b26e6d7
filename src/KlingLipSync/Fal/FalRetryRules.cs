using static KlingLipSync.Fal.FalFailureKind;

namespace KlingLipSync.Fal;

/// <summary>Which call is tried how often, when, and for how long: the one table. <c>docs/retries.md</c> has it in plain words.</summary>
internal static class FalRetryRules
{
    /// <summary>The longest wait a server's <c>Retry-After</c> can ask for.</summary>
    public static readonly TimeSpan RetryAfterCap = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection may take to come up.</summary>
    public static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(10);

    /// <summary>The same where another host can be asked instead.</summary>
    public static readonly TimeSpan BackedUpConnectDeadline = TimeSpan.FromSeconds(5);

    /// <summary>How long the answer of a blocking call is waited for after the latest moment that its run can have begun. A lip-sync takes about two minutes.</summary>
    public static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(10);

    private static readonly FalFailureKind[] Line = [Unreachable, TimedOut, Broken];
    private static readonly FalFailureKind[] Busy = [.. Line, RateLimited, Server];
    private static readonly FalFailureKind[] SpentLink = [Unauthorized, Locked, NotFound, Refused];
    private static readonly FalFailureKind[] AnyPut = [.. Busy, .. SpentLink];

    private static readonly Dictionary<FalRoute, FalRetryRule> Rules = new()
    {
        // Times in seconds. The deadline is that of a whole answer; for Stream, Upload, Part and the downloads it is the longest silence.
        //                          retried   tries  first  longest  deadline
        [FalRoute.Probe] =          new(Busy,     4,     0.5,   4,       30),
        [FalRoute.Status] =         new(Busy,     4,     0.5,   8,       60),
        [FalRoute.Poll] =           new([],       1,     0.5,   8,       30),  // the next look is its repetition, after at least these waits
        [FalRoute.Stream] =         new([],       1,     0.5,   8,       45),  // polling is its fall-back
        [FalRoute.Result] =         new(Busy,     4,     0.5,   8,       60),  // a 5xx in fal's own shape is an answer, not a failure
        [FalRoute.Cancel] =         new(Busy,     4,     0.5,   8,       60),
        [FalRoute.History] =        new(Busy,     2,     1,     8,       60),
        [FalRoute.DeletePayloads] = new(Busy,     4,     1,     30,      60),  // with one idempotency key
        [FalRoute.Initiate] =       new(Busy,     4,     1,     30,      60),
        [FalRoute.Upload] =         new(AnyPut,   4,     1,     30,      300), // with a new target each time, so that a spent one is no end
        [FalRoute.Part] =           new(Busy,     4,     1,     30,      300),
        [FalRoute.Complete] =       new(Busy,     4,     1,     30,      120),
        [FalRoute.Download] =       new(Busy,     12,    0.5,   15,      60),  // goes on where it broke
        [FalRoute.WholeDownload] =  new([NotFal], 2,     2,     15,      60),  // once more from the first byte, if what came was unfit
    };

    // The paid request has no row by its route, so that no policy can be put around it: whoever tried would find nothing. It is sent again only
    // on proof that fal does not have it, each time with an intent of its own in the store, and these two rows are all of it. Whatever else
    // happens - a time limit, a broken connection, 408, 409, 5xx, a page, an answer without an id - it is never sent again.
    //                                                             retried   tries  first  longest  deadline

    /// <summary>The paid request, where not a byte of its body left this machine.</summary>
    public static readonly FalRetryRule Undelivered = new([Unreachable],   3,     2,     4,       120);

    /// <summary>The paid request, where fal refused it with 429.</summary>
    public static readonly FalRetryRule Throttled =   new([RateLimited],   6,     2,     32,      120);

    /// <summary>The rule of one call.</summary>
    public static FalRetryRule For(FalRoute route) => Rules[route];

    /// <summary>A server's wish to be left alone for a while, as far as it is heeded; null when it has none that makes sense.</summary>
    public static TimeSpan? Heeded(TimeSpan? asked) => asked > TimeSpan.Zero ? asked < RetryAfterCap ? asked : RetryAfterCap : null;

    /// <summary>Whether a failure says that an upload's target is used up, so that a new one may do.</summary>
    public static bool IsSpentLink(FalFailureKind kind) => SpentLink.Contains(kind);
}
