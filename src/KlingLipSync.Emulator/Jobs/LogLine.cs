namespace KlingLipSync.Emulator.Jobs;

/// <summary>One line of a runner's log.</summary>
internal sealed record LogLine(string Message, DateTimeOffset Timestamp, string Level = "INFO", string Source = "USER");
