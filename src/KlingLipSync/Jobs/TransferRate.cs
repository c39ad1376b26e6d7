namespace KlingLipSync.Jobs;

/// <summary>Bytes a second out of a count that is looked at now and then. Whoever counts does nothing for it.</summary>
internal sealed class TransferRate
{
    /// <summary>How much of a new measurement counts: enough to follow, little enough to be read.</summary>
    private const double Weight = 0.4;

    private double? rate;

    /// <summary>The rate; null before anything was transferred, and once nothing is any more.</summary>
    public long? BytesPerSecond => rate is >= 1 ? (long)rate : null;

    /// <summary>Takes what was transferred since the last look.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="since">The time since the last look.</param>
    public void Add(long bytes, TimeSpan since)
    {
        if (since > TimeSpan.Zero && (bytes > 0 || rate is not null))
        {
            var now = bytes / since.TotalSeconds;
            rate = rate is { } before ? before + (Weight * (now - before)) : now;
        }
    }
}
