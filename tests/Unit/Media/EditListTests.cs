using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

public class EditListTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Trap03_an_edit_list_hides_frames_and_that_is_only_noted(bool isWide)
    {
        Mp4Builder builder = TestMedia.Clip(4.5);
        builder.Stated = 4000;
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [(4000, 6400)], IsWide = isWide };
        MediaFacts facts = Read(builder);
        Assert.Equal((S(4), S(4), S(4.5)), (facts.FormatDuration, facts.VideoDuration, facts.CountedDuration));
        Assert.Equal(MediaSeverity.Note, Assert.Single(facts.Problems).Severity);
        Assert.Equal(S(4.5), facts.CautiousDuration);
    }

    [Fact]
    public void Trap03_a_delay_counts_for_the_format_only()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Stated = 6500;
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [(1500, -1), (5000, 0)] };
        MediaFacts facts = Read(builder);
        Assert.Equal((S(6.5), S(5), S(5)), (facts.FormatDuration, facts.VideoDuration, facts.CountedDuration));
        Assert.Empty(facts.Problems);
    }

    [Fact]
    public void Trap03_edits_that_play_more_than_there_is_are_refused_and_empty_ones_ignored()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Stated = 25_000;
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [.. Enumerable.Repeat((5000ul, 0L), 5)] };
        Refused(Read(builder), "Its edit list plays 25 s");

        builder.Stated = 5000;
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [(0, 0)] };
        Assert.Equal(S(5), Read(builder).VideoDuration);
        Assert.Empty(Read(builder).Problems);
    }

    [Fact]
    public void Trap03_several_edits_add_up_and_an_empty_list_says_nothing()
    {
        Mp4Builder builder = TestMedia.Clip(6);
        builder.Stated = 5000;
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [(2000, 0), (3000, 38_400)] };
        Assert.Equal((S(5), S(6)), (Read(builder).VideoDuration, Read(builder).CountedDuration));

        builder.Stated = 6000;
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [] };
        Assert.Equal(S(6), Read(builder).VideoDuration);
        Assert.Empty(Read(builder).Problems);
    }

    [Fact]
    public void Trap03_a_delayed_sound_makes_the_format_longer_and_the_price_a_range()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Stated = 6500;
        builder.Tracks.Add(Mp4Track.Sound(5) with { Edits = [(1500, -1), (5000, 0)] });
        MediaFacts facts = Read(builder);
        Assert.Equal((S(6.5), S(5)), (facts.FormatDuration, facts.VideoDuration));
        LipSyncQuote quote = LipSyncPrice.Quote(facts);
        Assert.Equal((0.14m, 0.07m), (quote.Usd, quote.LowUsd));
    }

    [Fact]
    public void Trap03_an_edit_list_in_a_movie_without_a_clock_is_no_reading()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Clock = 0;
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [(5000, 0)] };
        Assert.Equal((null, S(5)), (Read(builder).FormatDuration, Read(builder).VideoDuration));
    }
}
