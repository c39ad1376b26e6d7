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

/// <summary>What one way to bring the large file up takes: milliseconds of the clock and of the processor.</summary>
internal sealed record Cost(double Milliseconds, double Cpu)
{
    public static Cost Median(IReadOnlyCollection<Cost> seen) => new(seen.Select(c => c.Milliseconds).Median(), seen.Select(c => c.Cpu).Median());
}

/// <summary>The large file, and memory in MiB.</summary>
internal sealed record LargeRow(Cost Hash, double Curl, Cost Ours, double Peak10, double Peak95)
{
    public double Ratio => Ours.Milliseconds / (Hash.Milliseconds + Curl);
}

/// <summary>Microseconds of one small file, of the clock and of the processor.</summary>
internal sealed record SmallRow(string Work, double Microseconds, double Cpu);
