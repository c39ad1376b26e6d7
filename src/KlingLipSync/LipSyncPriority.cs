namespace KlingLipSync;

/// <summary>A job's place in fal's queue (<c>X-Fal-Queue-Priority</c>).</summary>
public enum LipSyncPriority
{
    /// <summary>In turn.</summary>
    Normal,

    /// <summary>Behind all normal requests.</summary>
    Low,
}
