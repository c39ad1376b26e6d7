using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

public class PairRulesTests
{
    private static readonly MediaFacts Clip = Read(TestMedia.Mp4(4));

    private static IReadOnlyList<MediaFinding> Check(double sound, MediaFacts? clip = null)
        => LipSyncRules.CheckPair(clip ?? Clip, "in/dora.mp4", Clip with { AudioDuration = S(sound) }, "in/it's dora.mp3");

    [Theory]
    [InlineData(3.85)]
    [InlineData(4)]
    [InlineData(4.05)]
    [InlineData(4.15)]
    public void A_sound_as_long_as_its_clip_but_for_padding_or_a_frame_has_no_finding(double seconds)
        => Assert.Empty(Check(seconds));

    [Fact]
    public void A_longer_sound_is_warned_about_with_both_names_and_lengths_and_a_line_that_trims_it()
    {
        MediaFinding finding = Assert.Single(Check(4.5));
        Assert.Equal((MediaSeverity.Warn, "SoundLonger"), (finding.Severity, finding.Rule));
        Assert.Equal("it's dora.mp3 4.5 s, dora.mp4 4 s", finding.Measured);
        Assert.StartsWith("it's dora.mp3 lasts 4.5 s, 0.5 s longer than its clip dora.mp4 of 4 s: ", finding.Message, StringComparison.Ordinal);
        Assert.Equal(
            "ffmpeg -i 'in/it''s dora.mp3' -vn -t 4 -af 'afade=t=out:st=3.95:d=0.05' -c:a aac -b:a 128k 'in/it''s dora.fit.m4a'",
            finding.Remedy);
    }

    [Fact]
    public void A_shorter_sound_is_warned_about_with_a_line_that_pads_it()
    {
        MediaFinding finding = Assert.Single(Check(2.25));
        Assert.Equal((MediaSeverity.Warn, "SoundShorter"), (finding.Severity, finding.Rule));
        Assert.StartsWith("it's dora.mp3 lasts 2.25 s, 1.75 s shorter than its clip dora.mp4 of 4 s: ", finding.Message, StringComparison.Ordinal);
        Assert.Contains(" -af 'apad=whole_dur=4' ", finding.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4.1500001, "SoundLonger")]
    [InlineData(3.8499999, "SoundShorter")]
    public void One_tick_beyond_the_tolerance_is_beyond_it(double seconds, string rule)
        => Assert.Equal(rule, Assert.Single(Check(seconds)).Rule);

    [Fact]
    public void A_length_that_is_not_known_is_not_compared()
    {
        Assert.Empty(Check(60, Clip with { VideoDuration = null }));
        Assert.Empty(Check(60, Clip with { VideoDuration = TimeSpan.Zero }));
        Assert.Empty(Check(0));
        Assert.Empty(LipSyncRules.CheckPair(Clip, "a.mp4", Read("no sound"u8.ToArray()), "a.wav"));
    }

    [Fact]
    public void The_pictures_count_and_not_what_else_the_clip_holds()
    {
        MediaFacts longer = Clip with { FormatDuration = S(9), AudioDuration = S(9), AudioTracks = 1 };
        Assert.Empty(Check(4, longer));
        Assert.Equal("SoundLonger", Assert.Single(Check(9, longer)).Rule);
    }
}
