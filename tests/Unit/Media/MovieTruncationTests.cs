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

    [Fact]
    public void Trap06_media_data_without_an_end_are_found_short_by_the_tables()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.IsOpenMdat = true;
        byte[] file = builder.Build();
        Assert.False(Read(file).IsTruncated);
        Assert.True(Read(file[..^4]).IsTruncated);
    }

    [Fact]
    public void Trap06_a_fragmented_file_cut_in_a_fragment_is_noticed()
    {
        var builder = new Mp4Builder { Brand = "iso5", Payload = [] };
        builder.Tracks.Add(Mp4Track.Video(0, 1280, 720) with { Frames = [] });
        builder.Fragments.Add((1, 0, [.. Enumerable.Repeat(512u, 125)]));
        byte[] file = builder.Build();
        Assert.False(Read(file).IsTruncated);
        Assert.True(Read(file[..^2]).IsTruncated);
        Assert.True(Read(file[..^40]).IsTruncated);
    }

    [Fact]
    public void Trap06_a_clip_cut_anywhere_is_never_fit()
    {
        byte[] first = TestMedia.Mp4(5, bytes: 3000);
        Mp4Builder builder = TestMedia.Clip(5);
        (builder.HeaderFirst, builder.Payload) = (false, new byte[500]);
        byte[] last = builder.Build();
        Assert.True(LipSyncRules.CheckVideo(Read(first), "a.mp4").IsFit());
        Assert.True(LipSyncRules.CheckVideo(Read(last), "a.mp4").IsFit());
        foreach (byte[] file in (byte[][])[first, last])
        {
            Assert.All(Enumerable.Range(0, file.Length), length => Assert.False(LipSyncRules.CheckVideo(Read(file[..length]), "a.mp4").IsFit()));
        }
    }
}
