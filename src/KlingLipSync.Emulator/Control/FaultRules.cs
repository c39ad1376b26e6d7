namespace KlingLipSync.Emulator.Control;

/// <summary>What a fault may ask for: a wish that could never come true is refused when it is made.</summary>
internal static class FaultRules
{
    /// <summary>What is wrong with it, or null.</summary>
    public static string? Complaint(Fault fault) => fault switch
    {
        { Rate: not (>= 0 and <= 1) } => "'rate' has to lie between 0 and 1.",
        { Milliseconds: < 0 } => "'milliseconds' cannot be negative.",
        { Bytes: < 0 } => "'bytes' cannot be negative.",
        { After: < 0 } => "'after' cannot be negative.",
        { Times: < 0 } => "'times' cannot be negative; 0 means without end.",
        { Kind: FaultKind.Status, Status: < 200 or > 599 } => "'status' has to be a final HTTP status.",
        { Kind: FaultKind.CloseStream, Route: not EmulatorRoute.Stream } => "'close-stream' is for the route 'stream'.",
        _ => null,
    };
}
