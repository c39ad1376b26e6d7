namespace KlingLipSync;

/// <summary>What became of a cancel. Cancelling is no refund: only a job removed while queued costs nothing.</summary>
public enum LipSyncCancelOutcome
{
    /// <summary>No cancel was asked for.</summary>
    None,

    /// <summary>Removed while it was queued: not run, not billed.</summary>
    Removed,

    /// <summary>It was running: fal passed the wish on. It may finish and be billed all the same.</summary>
    Requested,

    /// <summary>It had ended already; the result stands.</summary>
    TooLate,

    /// <summary>fal does not know the job.</summary>
    Unknown,
}
