namespace KlingLipSync;

/// <summary>One quote for many clips. Nothing was sent for it.</summary>
public sealed record LipSyncCost
{
    /// <summary>The clips that were priced. A clip with several sounds counts once for each.</summary>
    public int Clips { get; init; }

    /// <summary>The clips that the endpoint's rules refuse. They would not be sent, and cost nothing.</summary>
    public int Refused { get; init; }

    /// <summary>The clips among <see cref="Clips"/> whose length is not known: URLs that were not read. Each counts as the longest that the endpoint takes.</summary>
    public int Unread { get; init; }

    /// <summary>Seconds of video, by the cautious reading, of the clips whose length is known.</summary>
    public decimal Seconds { get; init; }

    /// <summary>Seconds to be paid: each clip rolled up to a multiple of 5.</summary>
    public long BilledSeconds { get; init; }

    /// <summary>What all of it costs, in USD, by the cautious reading.</summary>
    public decimal Cost { get; init; }

    /// <summary>What it costs in USD by the shortest reading of each clip.</summary>
    public decimal LeastCost { get; init; }

    /// <summary>How much of <see cref="Cost"/>, in USD, is owed to rolling up to 5 s alone.</summary>
    public decimal RoundingCost { get; init; }

    /// <summary>What trimming the clips of <see cref="PastStep"/> would save, in USD.</summary>
    public decimal Saving { get; init; }

    /// <summary>The clips just past a step of 5 s.</summary>
    public LipSyncPastStep[] PastStep { get; init; } = [];

    /// <summary>The quote in one line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Clips} clips, {Seconds:0.###} s, billed as {BilledSeconds} s, {(LeastCost < Cost ? $"{LeastCost:0.00##} to " : "")}{Cost:0.00##} USD");
}
