namespace KlingLipSync.Bench.Transfer;

/// <summary>What was seen nine times.</summary>
internal static class Measured
{
    public const int Times = 9;

    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}

/// <summary>One kind of traffic under one protocol.</summary>
internal sealed record ProtocolRow(string Work, string Protocol, double Milliseconds, double CpuMilliseconds);

/// <summary>The large file: times in milliseconds, memory in MiB.</summary>
internal sealed record LargeRow(double Hash, double Curl, double Ours, double Peak10, double Peak95)
{
    public double Ratio => Ours / (Hash + Curl);
}

/// <summary>Microseconds of one small file.</summary>
internal sealed record SmallRow(string Work, double Microseconds);
