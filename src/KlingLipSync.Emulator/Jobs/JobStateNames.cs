namespace KlingLipSync.Emulator.Jobs;

/// <summary>The states as they are written.</summary>
internal static class JobStateNames
{
    public static string Wire(this JobState state) => state switch
    {
        JobState.InQueue => "IN_QUEUE",
        JobState.InProgress => "IN_PROGRESS",
        _ => "COMPLETED",
    };
}
