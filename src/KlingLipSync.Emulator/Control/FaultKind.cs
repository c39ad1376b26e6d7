namespace KlingLipSync.Emulator;

/// <summary>What goes wrong.</summary>
public enum FaultKind
{
    /// <summary>The connection is reset and nothing has happened.</summary>
    ResetBeforeAccept,

    /// <summary>The effect happens, then the connection is reset without an answer.</summary>
    ResetAfterAccept,

    /// <summary>Another answer is given and nothing has happened.</summary>
    Status,

    /// <summary>The effect happens, the answer's head is late.</summary>
    SlowHeaders,

    /// <summary>The answer's body drips.</summary>
    SlowBody,

    /// <summary>The answer's body breaks off after exactly so many bytes, its declared length kept. A shorter body stays whole.</summary>
    Truncate,

    /// <summary>The status stream ends in good order after its first event.</summary>
    CloseStream,
}
