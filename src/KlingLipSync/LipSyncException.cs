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

    /// <summary>What mends this very case, ready to be pasted; null where the general advice is all there is.</summary>
    public string? Remedy { get; init; }
}
