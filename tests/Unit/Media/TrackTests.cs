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
    public void Mp4a_may_be_mp3(byte objectType, string codec)
    {
        byte[] esds = ByteWriter.Box("esds", new ByteWriter().Big32(0).Bytes(3, 0x80, 0x80, 0x80, 25, 0, 1, 0, 4, 17, objectType).Zeros(12).ToArray());
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Tracks.Add(Mp4Track.Sound(5) with { DescriptionBoxes = esds });
        Assert.Equal(codec, Read(builder).AudioCodec);
    }

    [Theory]
    [InlineData("avc1", "h264")]
    [InlineData("avc3", "h264")]
    [InlineData("hvc1", "hevc")]
    [InlineData("hev1", "hevc")]
    [InlineData("av01", "av1")]
    [InlineData("apch", "prores")]
    [InlineData("abcd", "abcd")]
    public void Codecs_have_the_names_ffmpeg_gives_them(string format, string codec)
    {
        Mp4Builder builder = TestMedia.Clip();
        builder.Tracks[0] = builder.Tracks[0] with { Format = format };
        Assert.Equal(codec, Read(builder).VideoCodec);
    }

    [Theory]
    [InlineData("tmcd")]
    [InlineData("meta")]
    [InlineData("sbtl")]
    [InlineData("hint")]
    [InlineData("clcp")]
    public void Trap12_a_track_of_another_kind_is_neither_video_nor_sound_even_first(string handler)
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Tracks.Insert(0, new Mp4Track { Id = 7, Handler = handler, Format = "mett", Clock = 1000, Stated = 5000, Frames = [(1, 5000)] });
        MediaFacts facts = Read(builder);
        Assert.Equal((1, 0, 1280, S(5)), (facts.VideoTracks, facts.AudioTracks, facts.Width, facts.VideoDuration));
        Assert.Empty(LipSyncRules.CheckVideo(facts, "a.mp4"));
    }

    [Fact]
    public void Trap12_a_cover_makes_no_video_of_an_m4a()
    {
        var builder = new Mp4Builder { Brand = "M4A", Stated = 3000 };
        builder.Tracks.Add(Mp4Track.Sound(3, id: 1));
        byte[] cover = ByteWriter.Box("covr", ByteWriter.Box("data", [0, 0, 0, 13, 0, 0, 0, 0, 0xFF, 0xD8, 0xFF, 0xE0]));
        builder.MovieBoxes = ByteWriter.Box("udta", ByteWriter.Box("meta", new byte[4], ByteWriter.Box("ilst", cover)));
        Assert.Equal((0, 1), (Read(builder).VideoTracks, Read(builder).AudioTracks));
        Assert.Empty(LipSyncRules.CheckAudio(Read(builder), "a.m4a"));
    }

    [Fact]
    public void Trap13_a_movie_that_is_nothing_but_a_compressed_header_is_refused()
    {
        byte[] dcom = ByteWriter.Box("dcom", "zlib"u8.ToArray());
        byte[] cmov = ByteWriter.Box("cmov", dcom, ByteWriter.Box("cmvd", new byte[64]));
        byte[] file = [.. ByteWriter.Box("moov", cmov), .. ByteWriter.Box("mdat", new byte[64])];
        Refused(Read(file), "compressed (cmov)");
        Assert.False(LipSyncRules.CheckVideo(Read(file), "a.mov").IsFit());
    }

    [Theory]
    [InlineData("enca")]
    [InlineData("drms")]
    public void Trap13_an_encrypted_sound_encrypts_the_file(string format)
    {
        Mp4Builder builder = TestMedia.Clip();
        byte[] sinf = ByteWriter.Box("sinf", ByteWriter.Box("frma", "mp4a"u8.ToArray()));
        builder.Tracks.Add(Mp4Track.Sound(4) with { Format = format, DescriptionBoxes = sinf });
        Assert.Equal((true, "aac"), (Read(builder).IsEncrypted, Read(builder).AudioCodec));
        Assert.False(LipSyncRules.CheckVideo(Read(builder), "a.mp4").IsFit());
    }

    [Fact]
    public void Trap13_two_video_tracks_are_a_warning_with_a_line_that_keeps_the_first()
    {
        Mp4Builder builder = TestMedia.Clip(4);
        builder.Tracks.Add(Mp4Track.Video(4, 1920, 1080) with { Id = 2 });
        MediaFinding finding = Assert.Single(LipSyncRules.CheckVideo(Read(builder), "a.mp4"));
        Assert.Equal(MediaSeverity.Warn, finding.Severity);
        Assert.Contains(" -map 0:v:0 -map 0:a:0? ", finding.Remedy, StringComparison.Ordinal);
    }
}
