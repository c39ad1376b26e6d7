namespace KlingLipSync;

/// <summary>Where a job stands between its claim and its file on disk.</summary>
public enum LipSyncJobState
{
    /// <summary>Claimed, checked and priced; nothing has left the machine.</summary>
    Preparing,

    /// <summary>Its files are going up. Uploading is free.</summary>
    Uploading,

    /// <summary>The intent is on disk and the paid request may be out.</summary>
    Submitting,

    /// <summary>The paid request went out and fal's answer was lost: it may have been accepted. Never sent again by itself.</summary>
    Unconfirmed,

    /// <summary>Accepted by fal and waiting there.</summary>
    Queued,

    /// <summary>Being worked on by fal.</summary>
    Running,

    /// <summary>The result is known and stored; its file is not on disk yet.</summary>
    Completed,

    /// <summary>The output file is on disk and verified.</summary>
    Saved,

    /// <summary>Ended without a result, or refused before sending.</summary>
    Failed,

    /// <summary>Cancelled at fal.</summary>
    Cancelled,

    /// <summary>Paid for, and the result can no longer be had.</summary>
    Lost,
}
