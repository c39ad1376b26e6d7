namespace KlingLipSync.Bench.SideBySide;

/// <summary>What is measured, and how often.</summary>
internal sealed record BenchOptions
{
    /// <summary>The rows of the table; by default all.</summary>
    public IReadOnlyList<int> Rows { get; init; } = [.. Enumerable.Range(1, 11)];

    /// <summary>How often each contender runs; the medians count.</summary>
    public int Runs { get; init; } = 9;

    /// <summary>A smoke test: one small run of each.</summary>
    public bool IsQuick { get; init; }

    /// <summary>How many jobs the long batch has.</summary>
    public int LongBatch { get; init; } = 10_000;

    /// <summary>How many jobs are in hand at once where many are: the module's <c>-ThrottleLimit</c>, the rivals' workers and their agent's sockets.</summary>
    public int AtOnce { get; init; } = 64;

    /// <summary>What runs the module: <c>pwsh</c>, <c>host</c>, or <c>auto</c> for the first of them that is there.</summary>
    public string Shell { get; init; } = "auto";

    /// <summary>The manifest of a module that is unpacked or installed somewhere; null for the one just built.</summary>
    public string? Module { get; init; }

    /// <summary>The folder of the report; null for none.</summary>
    public string? Results { get; init; }

    /// <summary>A number that the smoke test has smaller.</summary>
    public int Size(int full, int quick) => IsQuick ? quick : full;
}
