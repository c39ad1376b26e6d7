namespace KlingLipSync.Tests.Host;

/// <summary>What a script came to in a process of its own.</summary>
/// <param name="Output">Its output, as text.</param>
/// <param name="Errors">The fully qualified ids of its errors.</param>
public sealed record HostReport(IReadOnlyList<string> Output, IReadOnlyList<string> Errors);
