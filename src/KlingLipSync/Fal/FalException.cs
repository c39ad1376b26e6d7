namespace KlingLipSync.Fal;

/// <summary>A call to fal that brought no usable answer.</summary>
internal sealed class FalException(FalRoute route, FalFailureKind kind, string detail, Exception? innerException = null)
    : Exception(detail, innerException)
{
    /// <summary>The call that failed.</summary>
    public FalRoute Route { get; } = route;

    /// <summary>Why it failed.</summary>
    public FalFailureKind Kind { get; } = kind;

    /// <summary>What happened, in plain words, capped and without secrets.</summary>
    public string Detail { get; } = detail;

    /// <summary>The HTTP status, if there was an answer.</summary>
    public int? Status { get; init; }

    /// <summary>fal's own name of the failure. The set is open.</summary>
    public string? ErrorType { get; init; }

    /// <summary>What fal says about trying again.</summary>
    public bool? Retryable { get; init; }

    /// <summary>What fal says it billed.</summary>
    public string? BillableUnits { get; init; }

    /// <summary>How long fal asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The request id of the answer.</summary>
    public string? RequestId { get; init; }

    /// <summary>The failure by its public name.</summary>
    public LipSyncException ToLipSync() => new(PublicError(), Detail, this);

    private LipSyncError PublicError() => (Route, Kind) switch
    {
        (FalRoute.Download or FalRoute.WholeDownload, FalFailureKind.NotFal) => LipSyncError.ResultUnfit,
        (FalRoute.Download or FalRoute.WholeDownload, _) => LipSyncError.DownloadFailed,
        (_, FalFailureKind.ProxyRefused) => LipSyncError.ProxyRefused,
        (FalRoute.Upload or FalRoute.Part or FalRoute.Complete, _) => LipSyncError.UploadFailed,
        (_, FalFailureKind.Unauthorized) => LipSyncError.ApiKeyRejected,
        (_, FalFailureKind.Locked) => LipSyncError.AccountLocked,
        (_, FalFailureKind.NotFal) => LipSyncError.EndpointNotFal,
        (_, FalFailureKind.Unreachable or FalFailureKind.TimedOut) => LipSyncError.EndpointUnreachable,
        (FalRoute.Initiate, _) => LipSyncError.UploadFailed,
        _ => LipSyncError.RequestFailed,
    };
}
