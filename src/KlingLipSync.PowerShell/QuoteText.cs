using KlingLipSync.Media;

namespace KlingLipSync.Commands;

/// <summary>Prices in words. Amounts are written the same in every culture: they are USD.</summary>
internal static class QuoteText
{
    /// <summary>A number of things: <c>1 pair</c>, <c>2 pairs</c>.</summary>
    public static string Count(int number, string thing) => FormattableString.Invariant($"{number} {thing}{(number == 1 ? "" : "s")}");

    /// <summary>What one clip costs.</summary>
    /// <param name="price">Its quote; null for a clip of unknown length.</param>
    public static string Of(LipSyncQuote? price) => price is null
        ? FormattableString.Invariant($"at most {LipSyncPrice.Unknown.Usd:0.00} USD, the clip's length being unknown")
        : FormattableString.Invariant($"{Range(price.LowUsd, price.Usd)} USD for {price.BilledSeconds} s");

    /// <summary>What all clips cost together, and how much of it is rounding.</summary>
    public static string OfAll(IEnumerable<LipSyncQuote> prices)
    {
        var total = LipSyncPrice.Total(prices);
        var sum = FormattableString.Invariant($"{Range(total.LowUsd, total.Usd)} USD for {total.BilledSeconds} s");
        return total.RoundingMicroUsd > 0
            ? FormattableString.Invariant($"{sum}, of which rounding up to {LipSyncPrice.StepSeconds} s costs {total.RoundingUsd:0.00##} USD")
            : sum;
    }

    private static string Range(decimal low, decimal high) => low < high ? FormattableString.Invariant($"{low:0.00##} to {high:0.00##}") : FormattableString.Invariant($"{high:0.00##}");
}
