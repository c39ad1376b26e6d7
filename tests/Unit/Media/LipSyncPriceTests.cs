using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

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
        Assert.Equal(0.0672m, LipSyncPrice.Quote(S(5.2)).RoundingUsd);
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

    private static MediaFacts Lasting(double format, double video, int audioTracks = 0)
        => Read(TestMedia.Mp4(4)) with { FormatDuration = S(format), VideoDuration = S(video), CountedDuration = S(video), AudioTracks = audioTracks };

    [Theory]
    [InlineData(5.0000001, 5, 70_000)]
    [InlineData(5.5, 5, 70_000)]
    [InlineData(10.01, 10, 70_000)]
    [InlineData(10.05, 10, 70_000)]
    public void A_clip_just_past_a_step_tells_what_trimming_saves(double seconds, double to, long saved)
    {
        LipSyncTrim trim = LipSyncPrice.Trim(Lasting(seconds, seconds))!;
        Assert.Equal(new LipSyncTrim(S(seconds), S(to), saved, IsSoundOnly: false), trim);
        Assert.Equal(0.07m, trim.SavedUsd);
    }

    [Theory]
    [InlineData(4.9)]
    [InlineData(5)]
    [InlineData(5.5000001)]
    [InlineData(9.9)]
    [InlineData(10)]
    [InlineData(10.06)]
    [InlineData(15.1)]
    public void A_clip_below_a_step_far_past_it_or_too_long_to_be_sent_has_nothing_to_trim(double seconds)
        => Assert.Null(LipSyncPrice.Trim(Lasting(seconds, seconds)));

    [Fact]
    public void A_clip_whose_readings_straddle_a_step_saves_by_losing_its_sound_or_its_end()
    {
        Assert.Equal(new LipSyncTrim(S(8), S(5), 70_000, IsSoundOnly: true), LipSyncPrice.Trim(Lasting(8, 4.9, audioTracks: 1)));
        Assert.Equal(new LipSyncTrim(S(8), S(5), 70_000, IsSoundOnly: false), LipSyncPrice.Trim(Lasting(8, 4.9)));
        Assert.Equal(new LipSyncTrim(S(10.02), S(5), 140_000, IsSoundOnly: true), LipSyncPrice.Trim(Lasting(10.02, 4.9, audioTracks: 1)));
        Assert.Null(LipSyncPrice.Trim(Read([])));
    }

    [Fact]
    public void Quotes_add_up_to_a_total()
    {
        LipSyncTotal total = LipSyncPrice.Total([LipSyncPrice.Quote(S(4)), LipSyncPrice.Quote(Lasting(8, 4.9)), LipSyncPrice.Unknown]);
        Assert.Equal(new LipSyncTotal(3, 1, S(12), 25, 350_000, 210_000, 42_000), total);
        Assert.Equal((0.35m, 0.21m, 0.042m, true), (total.Usd, total.LowUsd, total.RoundingUsd, total.IsRange));
        Assert.Equal(0, LipSyncPrice.Total([]).Clips);
        Assert.False(LipSyncPrice.Total([]).IsRange);
    }
}
