using System.Text.Json;

namespace KlingLipSync.Emulator.Control;

/// <summary>How often each route was hit, refused and faulted hits included.</summary>
internal sealed class HitCounter
{
    private static readonly string[] Names = [.. Enum.GetNames<EmulatorRoute>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    private readonly int[] hits = new int[Names.Length];
    private int keyLeaks;
    private long downloadedBytes;

    /// <summary>How often a key was sent to where none belongs.</summary>
    public int KeyLeaks => Volatile.Read(ref keyLeaks);

    /// <summary>The bytes that the CDN sent.</summary>
    public long DownloadedBytes => Interlocked.Read(ref downloadedBytes);

    public void Hit(EmulatorRoute route) => Interlocked.Increment(ref hits[(int)route]);

    public void KeyLeaked() => Interlocked.Increment(ref keyLeaks);

    public void Downloaded(long bytes) => Interlocked.Add(ref downloadedBytes, bytes);

    public IReadOnlyDictionary<string, int> Snapshot()
    {
        var snapshot = new Dictionary<string, int>(Names.Length);
        for (var i = 0; i < Names.Length; i++)
            snapshot.Add(Names[i], Volatile.Read(ref hits[i]));
        return snapshot;
    }

    public void Reset()
    {
        Array.Clear(hits);
        keyLeaks = 0;
        downloadedBytes = 0;
    }
}
