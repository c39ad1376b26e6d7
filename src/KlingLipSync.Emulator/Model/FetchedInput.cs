using KlingLipSync.Emulator.Storage;

namespace KlingLipSync.Emulator.Model;

/// <summary>The inputs of a running job. A file of another host is null: it was not fetched.</summary>
internal readonly record struct FetchedInput(StoredFile? Video, StoredFile? Audio, int BilledSeconds, double Seconds);
