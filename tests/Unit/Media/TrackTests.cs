using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

public class TrackTests
{
    [Fact]
    public void Trap12_cover_pictures_timecodes_and_subtitles_are_no_video()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Stated = 8000;
        builder.Tracks.Add(new Mp4Track { Id = 3, Handler = "text", Format = "tx3g", Clock = 1000, Stated = 8000, Frames = [(1, 8000)] });
        builder.Tracks.Add(new Mp4Track { Id = 4, Handler = "tmcd", Format = "tmcd", Clock = 1000, Stated = 5000, Frames = [(1, 5000)] });
        builder.MovieBoxes = ByteWriter.Box("udta", ByteWriter.Box("meta", new byte[64]));
        MediaFacts facts = Read(builder);
        Assert.Equal((1, 0), (facts.VideoTracks, facts.AudioTracks));
        Assert.Equal((S(8), S(5)), (facts.FormatDuration, facts.VideoDuration));
        Assert.Empty(facts.Problems);
    }

    [Fact]
    public void Trap13_sound_alone_has_no_video_track()
    {
        MediaFacts facts = Read(TestMedia.M4a(3));
        Assert.Equal((0, 1, "aac"), (facts.VideoTracks, facts.AudioTracks, facts.AudioCodec));
        Assert.Equal((S(3), S(3), S(3)), (facts.AudioDuration, facts.CountedDuration, facts.CautiousDuration));
        Assert.Null(facts.VideoDuration);
    }

    [Fact]
    public void Trap13_of_two_video_tracks_the_first_counts_with_a_warning()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Tracks.Add(Mp4Track.Video(4, 1920, 1080) with { Id = 2 });
        MediaFacts facts = Read(builder);
        Assert.Equal((2, 1280), (facts.VideoTracks, facts.Width));
        Warned(facts, "2 video tracks");
    }

    [Fact]
    public void Trap13_encryption_is_refused_and_the_codec_below_is_named()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        byte[] sinf = ByteWriter.Box("sinf", ByteWriter.Box("frma", "hvc1"u8.ToArray()));
        builder.Tracks[0] = builder.Tracks[0] with { Format = "encv", DescriptionBoxes = sinf };
        MediaFacts facts = Read(builder);
        Assert.True(facts.IsEncrypted);
        Assert.Equal("hevc", facts.VideoCodec);
        Refused(facts, "encrypted");
    }

    [Fact]
    public void Trap13_a_compressed_header_is_refused()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.MovieBoxes = ByteWriter.Box("cmov", new byte[40]);
        Refused(Read(builder), "compressed");
    }

    [Theory]
    [InlineData(0x40, "aac")]
    [InlineData(0x6B, "mp3")]
    public void Trap15_mp4a_may_be_mp3(byte objectType, string codec)
    {
        byte[] esds = ByteWriter.Box("esds", new ByteWriter().Big32(0).Bytes(3, 0x80, 0x80, 0x80, 25, 0, 1, 0, 4, 17, objectType).Zeros(12).ToArray());
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Tracks.Add(Mp4Track.Sound(5) with { DescriptionBoxes = esds });
        Assert.Equal(codec, Read(builder).AudioCodec);
    }
}
