namespace KlingLipSync.Emulator.Jobs;

/// <summary>What a cancellation comes to.</summary>
internal enum CancelAnswer
{
    Removed,
    Requested,
    TooLate,
}
