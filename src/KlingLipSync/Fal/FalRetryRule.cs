namespace KlingLipSync.Fal;

/// <summary>One row of the table of retries.</summary>
/// <param name="Retried">The failures worth another try.</param>
/// <param name="Tries">How many in all, the first included.</param>
/// <param name="FirstDelaySeconds">The wait before the second try, before jitter; it doubles from then on.</param>
/// <param name="LongestDelaySeconds">No wait is longer, unless the server asks for it.</param>
/// <param name="DeadlineSeconds">How long one try may go without (an) answer.</param>
internal sealed record FalRetryRule(
    IReadOnlyList<FalFailureKind> Retried,
    int Tries,
    double FirstDelaySeconds,
    double LongestDelaySeconds,
    double DeadlineSeconds)
{
    /// <summary>How long one try may go without (an) answer.</summary>
    public TimeSpan Deadline => TimeSpan.FromSeconds(DeadlineSeconds);

    /// <summary>Whether another try follows a failure.</summary>
    /// <param name="kind">The failure.</param>
    /// <param name="failures">How many there were, this one included.</param>
    public bool Allows(FalFailureKind kind, int failures) => failures < Tries && Retried.Contains(kind);

    /// <summary>How long to wait before the next try: the row's own delay, a quarter more or less, or what the server asked for and up to a
    /// quarter more, so that many calls do not come back at one moment.</summary>
    /// <param name="failures">How many tries have failed; at least one.</param>
    /// <param name="asked">The server's wish, if it has one.</param>
    /// <param name="random">From 0 to 1.</param>
    public TimeSpan Wait(int failures, TimeSpan? asked, double random)
    {
        if (FalRetryRules.Heeded(asked) is { } heeded)
            return FalRetryRules.Heeded(heeded * (1 + (random / 4)))!.Value;
        var delay = FirstDelaySeconds * Math.Pow(2, failures - 1) * (0.75 + (random / 2));
        return TimeSpan.FromSeconds(Math.Min(delay, LongestDelaySeconds));
    }
}
