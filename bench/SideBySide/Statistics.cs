namespace KlingLipSync.Bench.SideBySide;

/// <summary>What many numbers come to.</summary>
internal static class Statistics
{
    public static double Median(this IEnumerable<double> values) => values.Percentile(50);

    /// <summary>Between the two nearest ranks in proportion.</summary>
    public static double Percentile(this IEnumerable<double> values, double percent)
    {
        double[] sorted = [.. values.Order()];
        var rank = percent / 100 * (sorted.Length - 1);
        var below = (int)rank;
        return below + 1 < sorted.Length ? sorted[below] + ((rank - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }

    /// <summary>The square of the correlation: 1 where the points lie on a straight line.</summary>
    public static double Straightness(this IReadOnlyCollection<(double X, double Y)> points)
    {
        var (x, y) = (points.Average(p => p.X), points.Average(p => p.Y));
        var both = points.Sum(p => (p.X - x) * (p.Y - y));
        return both * both / (points.Sum(p => (p.X - x) * (p.X - x)) * points.Sum(p => (p.Y - y) * (p.Y - y)));
    }
}
