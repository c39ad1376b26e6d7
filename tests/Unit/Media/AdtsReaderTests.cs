using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;
using static KlingLipSync.Tests.Unit.Media.SoundBuilder;

namespace KlingLipSync.Tests.Unit.Media;

public class AdtsReaderTests
{
    [Fact]
    public void Trap09_adts_is_counted_and_not_estimated()
    {
        MediaFacts facts = Read(Join([.. Enumerable.Range(0, 200).Select(i => AdtsFrame(100 + i))]));
        Assert.Equal((MediaContainer.Aac, "aac"), (facts.Container, facts.AudioCodec));
        Near(S(200 * 1024 / 44_100.0), facts.AudioDuration);
        Assert.Empty(facts.Problems);
    }

    [Fact]
    public void Trap06_a_cut_adts_and_a_tag_without_sound_are_noticed()
    {
        byte[] file = TestMedia.Aac(3);
        Assert.True(Read(file[..^50]).IsTruncated);
        Assert.True(Read(Id3v2(3000)[..1000]).IsTruncated);
        Refused(Read(Join(Id3v2(3000), new byte[3000])), "no sound behind it");
    }

    [Theory]
    [InlineData(2583, null)] // 59.977 s
    [InlineData(2584, MediaSeverity.Warn)] // 60.001 s
    [InlineData(2588, MediaSeverity.Warn)] // 60.094 s
    [InlineData(2589, MediaSeverity.Refuse)] // 60.117 s
    public void Trap08_the_padding_of_aac_is_forgiven_at_the_upper_limit(int frames, MediaSeverity? severity)
        => Assert.Equal(severity, LipSyncRules.CheckAudio(Read(Join(Enumerable.Repeat(AdtsFrame(100), frames))), "a.aac").SingleOrDefault()?.Severity);

    [Fact]
    public void Trap09_no_length_is_reckoned_from_a_bit_rate()
    {
        MediaFacts facts = Read(Join([.. Enumerable.Repeat(AdtsFrame(20), 100), .. Enumerable.Repeat(AdtsFrame(2000), 100)]));
        Assert.Null(facts.FormatDuration);
        Near(S(200 * 1024 / 44_100.0), facts.CountedDuration);
    }

    [Fact]
    public void Trap09_a_frame_may_hold_several_blocks()
    {
        byte[] frame = AdtsFrame(400);
        frame[6] = 0xFD;
        Near(S(100 * 2048 / 44_100.0), Read(Join(Enumerable.Repeat(frame, 100))).AudioDuration);
    }
}
