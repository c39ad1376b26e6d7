namespace KlingLipSync.Bench.Chaos;

/// <summary>What fal is like while a run goes on.</summary>
public enum Scenario
{
    /// <summary>As ever.</summary>
    Plain,

    /// <summary>A finished request shows in the history half a minute late.</summary>
    Lag,

    /// <summary>The account is locked when half of the jobs are in, and unlocked a little later, as by a top-up.</summary>
    Locked,
}
