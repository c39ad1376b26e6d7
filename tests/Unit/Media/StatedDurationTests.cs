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
}
