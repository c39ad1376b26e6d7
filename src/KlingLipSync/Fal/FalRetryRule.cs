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
}
