namespace KlingLipSync.Emulator.Http;

/// <summary>A body was cut on purpose.</summary>
internal sealed class BodyCutException : Exception;
