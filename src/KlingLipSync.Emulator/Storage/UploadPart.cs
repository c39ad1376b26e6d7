namespace KlingLipSync.Emulator.Storage;

/// <summary>One part of an upload on disk.</summary>
internal sealed record UploadPart(int Number, string ETag, string DiskPath);
