namespace KlingLipSync.Bench.SideBySide;

/// <summary>One goal and what was measured.</summary>
/// <param name="What">What is compared.</param>
/// <param name="Goal">What was to be reached.</param>
/// <param name="Measured">What was.</param>
/// <param name="Ratio">Ours to the other's; empty where nothing is divided.</param>
/// <param name="IsMet">Whether the goal is met; null where there is none.</param>
internal sealed record Finding(string What, string Goal, string Measured, string Ratio, bool? IsMet);
