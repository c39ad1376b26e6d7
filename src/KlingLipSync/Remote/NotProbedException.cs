namespace KlingLipSync.Remote;

/// <summary>A file is there, but its headers cannot be had without downloading it. No fault of the file: fal downloads it anyway.</summary>
internal sealed class NotProbedException(string message) : Exception(message);
