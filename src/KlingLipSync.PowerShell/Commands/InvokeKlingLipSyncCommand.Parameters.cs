using System.Management.Automation;
using System.Security;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;

namespace KlingLipSync.Commands;

public sealed partial class InvokeKlingLipSyncCommand
{
    /// <summary>How many requests fal runs at once for a new account. What is more is refused by a blocking call, which no queue holds.</summary>
    private const int LeastConcurrency = 2;

    /// <summary>The longest that a connection is held for a run to begin.</summary>
    private static readonly TimeSpan LongestBlockingStart = TimeSpan.FromHours(1);

    /// <summary>The fal API key, <c>key-id:key-secret</c>. Without it: the connected one, then FAL_KEY, then FAL_KEY_ID and FAL_KEY_SECRET.</summary>
    [Parameter]
    [ApiKey]
    [ValidateNotNull]
    public SecureString? ApiKey { get; set; }

    /// <summary>A base URL that stands for all of fal's hosts, such as a local emulator's. Plain http only on this machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public string? Endpoint { get; set; }

    /// <summary>Overwrite files. Never pays again by itself.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Return as soon as fal has accepted; collect later.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>One blocking call to fal.run for each pair, past the queue. No receipt comes before the result, so that a broken connection leaves the job unconfirmed.</summary>
    [Parameter]
    public SwitchParameter Synchronous { get; set; }

    /// <summary>Jobs between upload and saved at one time, 1 to 1000. Default: 8; with -Synchronous 2, as many as fal runs at once for a new account.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int ThrottleLimit { get; set; } = 8;

    /// <summary>How long a job is waited for, from its acceptance. A bare number means seconds. Default: 60 minutes. The job goes on at fal.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [TimeSpanSeconds]
    [ValidateTimeSpan(0)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>Cancel at fal what took longer than -Timeout.</summary>
    [Parameter]
    public SwitchParameter StopOnTimeout { get; set; }

    /// <summary>The most that all pairs of this command may cost, in USD, earlier runs included. Above it nothing is sent.</summary>
    [Parameter]
    [UsdAmount]
    [ValidateRange(0.0, 1_000_000.0)] // Whole numbers would round the amount before they look at it.
    public decimal? MaxCost { get; set; }

    /// <summary>Place in fal's queue.</summary>
    [Parameter]
    public LipSyncPriority Priority { get; set; }

    /// <summary>How long fal may leave a job unstarted; it then ends it, unbilled. Default: 6 hours; with -Synchronous 5 minutes.</summary>
    [Parameter]
    [TimeSpanSeconds]
    [ValidateTimeSpan(2)]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How long uploads live at fal. Until then anyone who has their URL can read them. Default: 7 days.</summary>
    [Parameter]
    [TimeSpanSeconds]
    [ValidateTimeSpan(60)]
    public TimeSpan UploadExpiry { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long results live at fal. Default: what the account sets.</summary>
    [Parameter]
    [TimeSpanSeconds]
    [ValidateTimeSpan(60)]
    public TimeSpan? ResultExpiry { get; set; }

    /// <summary>Forbid fal's own re-runs of a job after its failures.</summary>
    [Parameter]
    public SwitchParameter NoServerRetry { get; set; }

    /// <summary>Ask for the runners' logs as well: verbose lines, and on the jobs.</summary>
    [Parameter]
    public SwitchParameter IncludeLog { get; set; }

    /// <summary>Pay again for pairs last paid before this time. A rerun with the same time does not pay once more.</summary>
    [Parameter]
    public DateTime? ResubmitBefore { get; set; }

    /// <summary>What to do with a pair whose answer was lost, once it is proven that fal never had it. Default: Hold.</summary>
    [Parameter]
    public LipSyncUnconfirmedAction OnUnconfirmed { get; set; }

    /// <summary>Send what the endpoint's rules refuse, too. fal may refuse it after minutes, and bill it.</summary>
    [Parameter]
    public SwitchParameter SkipMediaCheck { get; set; }

    /// <summary>What a report of Get-KlingLipSyncMedia says of the row. One that says Refuse is not sent.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Verdict { get; set; }

    /// <summary>What a report of Get-KlingLipSyncMedia is about. One about a sound alone is passed over.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Kind { get; set; }

    /// <summary>How long a job may wait to be started. A blocking call holds its connection meanwhile.</summary>
    private TimeSpan LongestStart => Synchronous && !IsGiven(nameof(StartTimeout)) ? TimeSpan.FromMinutes(5) : StartTimeout;

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private protected override bool IsRehearsal => this.IsRehearsal();

    private protected override PairSettings Settings => base.Settings with { Overwrite = Force, SkipMediaCheck = SkipMediaCheck };

    private BatchOptions Options => new()
    {
        ThrottleLimit = Synchronous && !IsGiven(nameof(ThrottleLimit)) ? LeastConcurrency : ThrottleLimit,
        NoWait = NoWait,
        Synchronous = Synchronous,
        Timeout = Timeout,
        StopOnTimeout = StopOnTimeout,
        Priority = Priority,
        StartTimeout = LongestStart,
        UploadExpiry = UploadExpiry,
        ResultExpiry = ResultExpiry,
        NoServerRetry = NoServerRetry,
        AllowOutputAsInput = AllowOutputAsInput,
        Logged = IncludeLog ? (job, line) => Post(() => WriteVerbose($"{job.Id} {line}")) : null,
        OnUnconfirmed = OnUnconfirmed,
        StopAtError = stopsAtErrors,
        ResubmitBefore = ResubmitBefore is { } time ? new DateTimeOffset(time) : null,
    };
}
