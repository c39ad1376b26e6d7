namespace KlingLipSync.Bench.Chaos;

/// <summary>One scenario with both columns.</summary>
/// <param name="Options">What was done.</param>
/// <param name="Module">What the module came to.</param>
/// <param name="Rival">What the rival came to; null when it was not there.</param>
internal sealed record Outcome(ChaosOptions Options, Verdict Module, Verdict? Rival);
