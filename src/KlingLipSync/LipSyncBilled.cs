namespace KlingLipSync;

/// <summary>Whether fal bills a job.</summary>
public enum LipSyncBilled
{
    /// <summary>Nothing was accepted, or fal said or promises that it bills nothing.</summary>
    No,

    /// <summary>Accepted and worked on.</summary>
    Yes,

    /// <summary>fal did not say. Counted as billed.</summary>
    Unknown,
}
