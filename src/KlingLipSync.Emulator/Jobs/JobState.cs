namespace KlingLipSync.Emulator.Jobs;

/// <summary>The only three states there are.</summary>
internal enum JobState
{
    InQueue,
    InProgress,
    Completed,
}
