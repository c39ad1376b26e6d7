namespace KlingLipSync;

/// <summary>What one run of <c>Invoke-KlingLipSync</c> came to.</summary>
public sealed record LipSyncRunSummary
{
    /// <summary>The run's id; its jobs carry it as <see cref="LipSyncJob.RunId"/>. Empty where everything was refused before a run began.</summary>
    public required string RunId { get; init; }

    /// <summary>Pairs whose file is on disk.</summary>
    public int Saved { get; init; }

    /// <summary>Pairs that ended without a file.</summary>
    public int Failed { get; init; }

    /// <summary>Inputs that were refused before anything was sent: unfit media, a wrong pair, a name that is taken.</summary>
    public int Refused { get; init; }

    /// <summary>Pairs that were not sent because spending was stopped or a budget was used up.</summary>
    public int Unsent { get; init; }

    /// <summary>Pairs that fal has accepted, or may have, and that are not saved.</summary>
    public int Pending { get; init; }

    /// <summary>Pairs that this run paid nothing for because they were paid before.</summary>
    public int Reused { get; init; }

    /// <summary>USD that this run's accepted jobs cost by their quotes, less those that fal does not bill. A clip of unknown length counts as the longest that the endpoint takes.</summary>
    public decimal Spent { get; init; }

    /// <summary>Until when the first of the accepted and unsaved results is sure to be at fal; null when nothing is left to collect.</summary>
    public DateTimeOffset? CollectBefore { get; init; }

    /// <summary>The sum in one line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Saved} saved, {Failed} failed, {Refused} refused, {Unsent} unsent, {Pending} pending, {Spent:0.00##} USD spent");
}
