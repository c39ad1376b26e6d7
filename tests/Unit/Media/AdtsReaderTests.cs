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
}
