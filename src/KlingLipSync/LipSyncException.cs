namespace KlingLipSync;

/// <summary>A failure with its stable name and one plain sentence of what happened.</summary>
/// <param name="error">The stable name.</param>
/// <param name="message">What happened, in plain words, with the values that matter and no secret.</param>
/// <param name="innerException">What lay beneath, if anything.</param>
public sealed class LipSyncException(LipSyncError error, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The stable name of the failure.</summary>
    public LipSyncError Error { get; } = error;
}
