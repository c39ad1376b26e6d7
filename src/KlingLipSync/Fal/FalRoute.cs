namespace KlingLipSync.Fal;

/// <summary>The calls of the wire, each with its own retry rule.</summary>
internal enum FalRoute
{
    /// <summary>Proving a key.</summary>
    Probe,

    /// <summary>The paid request. It has no retry rule by its route: see <see cref="FalRetryRules.Undelivered"/> and <see cref="FalRetryRules.Throttled"/>.</summary>
    Submit,

    /// <summary>A job's status.</summary>
    Status,

    /// <summary>A job's status once more, while it is waited for.</summary>
    Poll,

    /// <summary>A job's status as a stream.</summary>
    Stream,

    /// <summary>A job's result.</summary>
    Result,

    /// <summary>Cancelling a job.</summary>
    Cancel,

    /// <summary>The platform's list of finished requests.</summary>
    History,

    /// <summary>Deleting what the platform keeps of a request.</summary>
    DeletePayloads,

    /// <summary>Asking for an upload's target.</summary>
    Initiate,

    /// <summary>A whole upload, its target included.</summary>
    Upload,

    /// <summary>One part of a large upload.</summary>
    Part,

    /// <summary>Closing a large upload.</summary>
    Complete,

    /// <summary>Fetching a file's bytes, going on where the connection broke.</summary>
    Download,

    /// <summary>A whole download, from its first byte.</summary>
    WholeDownload,
}
