using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

public class StatedDurationTests
{
    [Fact]
    public void Trap04_headers_that_lie_are_caught_by_the_frames()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Stated = 2000;
        builder.Tracks[0] = builder.Tracks[0] with { Stated = 2 * 12_800 };
        MediaFacts facts = Read(builder);
        Refused(facts, "states 2 s, and its frames add up to 5 s");
        Assert.Equal(S(5), facts.CautiousDuration);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void Trap04_zero_and_all_ones_mean_unknown(uint stated)
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Stated = stated;
        MediaFacts facts = Read(builder);
        Assert.Null(facts.FormatDuration);
        Assert.Equal(S(5), facts.CautiousDuration);
        Warned(facts, "states no duration");

        builder.Tracks[0] = builder.Tracks[0] with { Stated = stated };
        Assert.Equal(S(5), Read(builder).VideoDuration);
    }

    [Fact]
    public void Fractions_of_a_tick_round_up_so_that_nothing_above_a_limit_reads_as_on_it()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        (builder.Clock, builder.Stated) = (90_000_000, 450_000_001);
        Assert.Equal(S(5) + TimeSpan.FromTicks(1), Read(builder).FormatDuration);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(ulong.MaxValue)]
    public void Trap04_zero_and_all_ones_of_64_bits_mean_unknown(ulong stated)
    {
        Mp4Builder builder = TestMedia.Clip(5);
        (builder.IsWide, builder.Stated) = (true, stated);
        builder.Tracks[0] = builder.Tracks[0] with { IsWide = true, Stated = stated };
        Assert.Equal((null, S(5), S(5)), (Read(builder).FormatDuration, Read(builder).VideoDuration, Read(builder).CountedDuration));
    }

    [Fact]
    public void Trap04_a_movie_header_that_states_less_is_warned_about_and_one_that_states_more_is_priced()
    {
        Mp4Builder builder = TestMedia.Clip(7);
        builder.Stated = 2000;
        Warned(Read(builder), "Its movie header states 2 s, and its video track lasts 7 s");
        Assert.Equal(10, LipSyncPrice.Quote(Read(builder)).BilledSeconds);

        builder.Stated = 12_000;
        Assert.Equal((15, true), (LipSyncPrice.Quote(Read(builder)).BilledSeconds, LipSyncPrice.Quote(Read(builder)).IsRange));
    }

    [Theory]
    [InlineData(5.05, null)]
    [InlineData(5.3, MediaSeverity.Warn)]
    [InlineData(8, MediaSeverity.Refuse)]
    public void Trap04_a_track_header_is_judged_by_how_far_it_is_from_the_frames(double stated, MediaSeverity? severity)
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Tracks[0] = builder.Tracks[0] with { Stated = (ulong)(stated * 12_800) };
        Assert.Equal(severity, Read(builder).Problems.Max(problem => (MediaSeverity?)problem.Severity));
    }
}
