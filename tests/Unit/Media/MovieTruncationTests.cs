using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

public class MovieTruncationTests
{
    [Fact]
    public void Trap06_a_file_cut_in_half_is_noticed_although_its_header_is_whole()
    {
        byte[] file = TestMedia.Mp4(5, bytes: 20_000);
        MediaFacts facts = Read(file[..10_000]);
        Assert.True(facts.IsTruncated);
        Assert.Equal(S(5), facts.VideoDuration);
        Refused(facts, "cut off");
    }

    [Fact]
    public void Trap06_a_file_cut_before_its_header_has_none()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.HeaderFirst = false;
        builder.Payload = new byte[5000];
        MediaFacts facts = Read(builder.Build()[..4000]);
        Assert.True(facts.IsTruncated);
        Refused(facts, "no movie header");
    }

    [Fact]
    public void Trap06_a_header_cut_in_its_middle_and_missing_media_data_are_noticed()
    {
        byte[] file = TestMedia.Mp4(5);
        Assert.True(Read(file[..200]).IsTruncated);
        int mdat = file.AsSpan().IndexOf("mdat"u8) - 4;
        MediaFacts headersOnly = Read(file[..mdat]);
        Assert.True(headersOnly.IsTruncated);
    }

    [Fact]
    public void Padding_behind_the_last_box_is_no_defect()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Trailer = new byte[512];
        Assert.DoesNotContain(Read(builder).Problems, problem => problem.Severity > MediaSeverity.Note);
    }
}
