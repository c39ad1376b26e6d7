namespace KlingLipSync.Fal;

/// <summary>What a cancel came to.</summary>
internal enum FalCancelOutcome
{
    /// <summary>Taken out of the queue before it ran.</summary>
    Removed,

    /// <summary>It was running: asked to stop, and it may finish all the same.</summary>
    Requested,

    /// <summary>It had ended; its result stands.</summary>
    TooLate,

    /// <summary>fal does not know the request.</summary>
    Unknown,
}
