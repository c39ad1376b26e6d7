using System.Management.Automation;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

public sealed partial class InvokeKlingLipSyncCommand
{
    private const string RowSet = "Row", PathSet = "Path";

    /// <summary>Clips, wildcards allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = PathSet,
        HelpMessage = "The clips, .mp4 or .mov; wildcards are allowed.")]
    [SupportsWildcards]
    [AllowEmptyString]
    public string[] Path { get; set; } = [];

    /// <summary>Clips, taken literally. Binds to the objects of Get-ChildItem and to the column VideoPath.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = RowSet)]
    [Alias("PSPath", "LP", "VideoPath")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[]? LiteralPath { get; set; }

    /// <summary>A clip's URL, which fal fetches by itself.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = RowSet)]
    [AllowNull]
    [AllowEmptyString]
    public string? VideoUrl { get; set; }

    /// <summary>The sound: one file for all clips, a column, or a script block that makes it from each clip. Without it, the sound beside the clip.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[]? AudioPath { get; set; }

    /// <summary>The sound's URL, which fal fetches by itself.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? AudioUrl { get; set; }

    /// <summary>The folder where sounds of the clips' base names lie.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AudioDirectory { get; set; }

    /// <summary>The folder to save into; made if missing. Without it results are not saved.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Destination { get; set; }

    /// <summary>The files' name: {Name}, {AudioName}, {Id}, {RequestId}, {Date}. Default: {Name}.lipsync.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NameTemplate { get; set; }

    /// <summary>Overwrite files. Never pays again by itself.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Return as soon as fal has accepted; collect later.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Jobs between upload and saved at one time, 1 to 1000. Default: 8.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int ThrottleLimit { get; set; } = 8;

    /// <summary>How long a job is waited for, from its acceptance. A bare number means seconds. Default: 60 minutes. The job goes on at fal.</summary>
    [Parameter]
    [TimeSpanSeconds]
    [ValidateTimeSpan(0)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>Cancel at fal what took longer than -Timeout.</summary>
    [Parameter]
    public SwitchParameter StopOnTimeout { get; set; }

    /// <summary>The most that all pairs of this command may cost, in USD, earlier runs included. Above it nothing is sent.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public decimal? MaxCost { get; set; }

    /// <summary>Place in fal's queue.</summary>
    [Parameter]
    public LipSyncPriority Priority { get; set; }

    /// <summary>How long fal may leave a job unstarted; it then ends it, unbilled. Default: 6 hours.</summary>
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

    /// <summary>Your own mark on the jobs, to find them by.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Tag { get; set; }

    /// <summary>Stands for URL inputs in a pair's identity, where the same URL serves different content.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Key { get; set; }

    /// <summary>Pay again for pairs last paid before this time. A rerun with the same time does not pay once more.</summary>
    [Parameter]
    public DateTime? ResubmitBefore { get; set; }

    /// <summary>Take files as clips that this module saved as results.</summary>
    [Parameter]
    public SwitchParameter AllowOutputAsInput { get; set; }

    private bool IsRehearsal => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var whatIf)
        ? LanguagePrimitives.IsTrue(whatIf)
        : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference"));

    private BatchOptions Options => new()
    {
        ThrottleLimit = ThrottleLimit,
        NoWait = NoWait,
        Timeout = Timeout,
        StopOnTimeout = StopOnTimeout,
        Priority = Priority,
        StartTimeout = StartTimeout,
        UploadExpiry = UploadExpiry,
        ResultExpiry = ResultExpiry,
        NoServerRetry = NoServerRetry,
        ResubmitBefore = ResubmitBefore is { } time ? new DateTimeOffset(time) : null,
    };

    private IEnumerable<PairRequest> PathRequests(string path)
    {
        // A row without our columns is turned into text by the binder and would be looked for as a file.
        if (path.StartsWith("@{", StringComparison.Ordinal) || string.IsNullOrWhiteSpace(path))
        {
            throw new LipSyncException(LipSyncError.RowIncomplete,
                $"A row without a video came in: '{path}'. Expected are the columns VideoPath or VideoUrl, and AudioPath or AudioUrl.");
        }

        return this.Resolve(path).Select(file => Request(file, null));
    }

    /// <summary>The row's files; one null where it has none, for its URL or for the error that it has neither.</summary>
    private IEnumerable<string?> RowVideos()
    {
        var files = Filled(LiteralPath);
        return files.Count > 0 ? files : new string?[] { null };
    }

    private PairRequest RowRequest(string? file) => Request(file is null ? null : this.ResolveLiteral(file), Filled(VideoUrl));

    private PairRequest Request(string? videoPath, string? videoUrl) => new(
        new LipSyncInput
        {
            VideoPath = videoPath,
            VideoUrl = videoUrl,
            AudioPath = [.. Filled(AudioPath).Select(p => this.ResolveLiteral(p))],
            AudioUrl = Filled(AudioUrl),
            Destination = fixedDestination ?? (Filled(Destination) is { } folder ? this.ResolveLiteral(folder, LipSyncError.DestinationInvalid) : null),
            Key = Filled(Key),
            Tag = Filled(Tag),
        },
        AudioDirectory is null ? null : this.ResolveLiteral(AudioDirectory), template, Force, AllowOutputAsInput);

    /// <summary>The row as far as it is known, for an error about a path that could not be resolved.</summary>
    private LipSyncInput BoundInput(string? video) => new()
    {
        VideoPath = video,
        VideoUrl = Filled(VideoUrl),
        AudioPath = Filled(AudioPath),
        AudioUrl = Filled(AudioUrl),
        Destination = Filled(Destination),
        Key = Filled(Key),
        Tag = Filled(Tag),
    };

    private static string? Filled(string? cell) => string.IsNullOrWhiteSpace(cell) ? null : cell;

    private static List<string> Filled(string[]? cells) => cells is null ? [] : [.. cells.Where(c => !string.IsNullOrWhiteSpace(c))];
}
