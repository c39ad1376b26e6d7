namespace KlingLipSync.Bench.Chaos;

/// <summary>Chance from a seed, the same on every run and machine; each purpose draws from a source of its own.</summary>
internal static class Chance
{
    /// <summary>The source of one purpose.</summary>
    public static Random For(int seed, string purpose) => new(Seed(seed, purpose));

    /// <summary>A seed of its own for one purpose.</summary>
    public static int Seed(int seed, string purpose)
    {
        // FNV-1a: a string's own hash differs from process to process.
        var hash = 2166136261 ^ (uint)seed;
        foreach (var letter in purpose)
        {
            hash = (hash ^ letter) * 16777619;
        }

        return (int)(hash & int.MaxValue);
    }
}
