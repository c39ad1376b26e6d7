using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.MovieReaderTests;

namespace KlingLipSync.Tests.Unit.Media;

public class LipSyncPriceTests
{
    [Theory]
    [InlineData(2, 5, 70_000)]
    [InlineData(3, 5, 70_000)]
    [InlineData(4.9999999, 5, 70_000)]
    [InlineData(5, 5, 70_000)]
    [InlineData(5.0000001, 10, 140_000)]
    [InlineData(5.0001, 10, 140_000)]
    [InlineData(5.005, 10, 140_000)]
    [InlineData(10, 10, 140_000)]
    [InlineData(10.01, 15, 210_000)]
    [InlineData(0, 5, 70_000)]
    public void Seconds_roll_up_to_a_step_of_five(double seconds, int billed, long microUsd)
    {
        LipSyncQuote quote = LipSyncPrice.Quote(S(seconds));
        Assert.Equal((billed, microUsd, microUsd), (quote.BilledSeconds, quote.MicroUsd, quote.LowMicroUsd));
        Assert.Equal(microUsd / 1_000_000m, quote.Usd);
        Assert.False(quote.IsRange);
    }

    [Fact]
    public void The_longest_reading_counts_and_the_shortest_is_told()
    {
        Mp4Builder builder = TestMedia.Clip(4.9);
        builder.Stated = 8000;
        LipSyncQuote quote = LipSyncPrice.Quote(Read(builder));
        Assert.Equal(new LipSyncQuote(S(8), 10, 140_000, 70_000), quote);
        Assert.True(quote.IsRange);
        Assert.Equal((0.14m, 0.07m), (quote.Usd, quote.LowUsd));
    }

    [Fact]
    public void What_rounding_up_costs_is_told()
    {
        Assert.Equal(140_000 - 72_800, LipSyncPrice.Quote(S(5.2)).RoundingMicroUsd);
        Assert.Equal(0, LipSyncPrice.Quote(S(5)).RoundingMicroUsd);
    }

    [Fact]
    public void A_clip_of_unknown_length_is_quoted_as_the_longest_and_an_absurd_one_overflows_nothing()
    {
        Assert.Equal(LipSyncPrice.Unknown, LipSyncPrice.Quote(Read([])));
        Assert.Equal((10, 0.14m, 0.07m), (LipSyncPrice.Unknown.BilledSeconds, LipSyncPrice.Unknown.Usd, LipSyncPrice.Unknown.LowUsd));
        Assert.InRange(LipSyncPrice.Quote(TimeSpan.MaxValue).MicroUsd, 1, long.MaxValue);
        _ = LipSyncPrice.Quote(TimeSpan.MaxValue).RoundingMicroUsd;
    }

    [Fact]
    public void Twenty_nine_ninety_seven_frames_a_second_make_five_seconds_cost_ten()
    {
        Mp4Builder builder = TestMedia.Clip(5.005);
        builder.Tracks[0] = builder.Tracks[0] with { Clock = 30_000, Stated = 150_150, Frames = [(150, 1001)] };
        Assert.Equal(10, LipSyncPrice.Quote(Read(builder)).BilledSeconds);
    }
}
