namespace KlingLipSync.Bench.SideBySide;

/// <summary>What one row came to.</summary>
/// <param name="Number">The row.</param>
/// <param name="Title">Its work.</param>
/// <param name="Findings">Its goals.</param>
/// <param name="Details">What else there is to say, as Markdown.</param>
/// <param name="Plots">Pictures, by file name.</param>
internal sealed record Outcome(int Number, string Title, IReadOnlyList<Finding> Findings, string Details = "", params IReadOnlyList<(string Name, string Svg)> Plots);
