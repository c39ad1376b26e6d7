namespace KlingLipSync.Tests.Unit.Media;

/// <summary>How far a reading is from the truth, in seconds.</summary>
internal sealed class DurationError
{
    /// <summary>The most for pictures: 1 ms.</summary>
    public const decimal OfVideo = 0.001m;

    private decimal _most;
    private int _readings;

    /// <summary>Fails where there is no reading or it is further from the truth than allowed.</summary>
    public static void Check(TimeSpan? reading, decimal truth, decimal allowed) => new DurationError().Add(reading, truth, allowed);

    public void Add(TimeSpan? reading, decimal truth, decimal allowed)
    {
        Assert.NotNull(reading);
        decimal error = Math.Abs((decimal)reading.Value.Ticks / TimeSpan.TicksPerSecond - truth);
        Assert.True(error <= allowed, $"{reading} was read of {truth} s, {error} s beside it; allowed are {allowed} s.");
        _most = Math.Max(_most, error);
        _readings++;
    }

    public override string ToString() => FormattableString.Invariant($"at most {_most * 1000:0.#####} ms in {_readings} readings");
}
