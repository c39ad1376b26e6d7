using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>What encoders really write, against the length of what they were given to write.</summary>
public class RealFileTests
{
    [Theory]
    [InlineData("header-first.mp4", MediaContainer.Mp4, "h264", 50, 25, 1)]
    [InlineData("header-last.mp4", MediaContainer.Mp4, "h264", 50, 25, 1)]
    [InlineData("ntsc.mp4", MediaContainer.Mp4, "h264", 60, 30_000, 1001)]
    [InlineData("film.mp4", MediaContainer.Mp4, "h264", 48, 24_000, 1001)]
    [InlineData("movie.mov", MediaContainer.Mov, "h264", 60, 30, 1)]
    [InlineData("fragmented.mp4", MediaContainer.Mp4, "h264", 50, 25, 1)]
    [InlineData("hevc.mp4", MediaContainer.Mp4, "hevc", 50, 25, 1)]
    [InlineData("turned.mp4", MediaContainer.Mp4, "h264", 50, 25, 1)]
    public void Pictures_are_read_to_the_millisecond(string name, MediaContainer container, string codec, int frames, int rate, int scale)
    {
        MediaFacts facts = MediaReader.ReadFile(RealFiles.PathOf(name));
        Assert.Equal((container, codec, 1, 1280, 720), (facts.Container, facts.VideoCodec, facts.VideoTracks, facts.Width, facts.Height));
        DurationError.Check(facts.VideoDuration, (decimal)frames * scale / rate, DurationError.OfVideo);
        DurationError.Check(facts.CountedDuration, (decimal)frames * scale / rate, DurationError.OfVideo);
        Assert.Equal(name == "fragmented.mp4", facts.IsFragmented);
        Assert.Equal(name == "turned.mp4" ? (270, 720) : (0, 1280), (facts.Rotation, facts.DisplayWidth));
        Assert.Empty(facts.Problems);
        Assert.Equal(MediaVerdict.Fit, LipSyncRules.CheckVideo(facts, name).Verdict());
    }

    [Theory]
    [InlineData("sound.wav", "pcm_u8", 16_000, 8_000, 1)]
    [InlineData("piped.wav", "pcm_u8", 16_000, 8_000, 1)]
    [InlineData("rf64.wav", "pcm_u8", 16_000, 8_000, 1)]
    [InlineData("float.wav", "pcm_f32le", 8_000, 4_000, 1)]
    [InlineData("adpcm.wav", "adpcm_ms", 16_288, 8_000, 1)]
    [InlineData("constant.mp3", "mp3", 78 * 1152, 44_100, 1152)]
    [InlineData("variable.mp3", "mp3", 78 * 1152, 44_100, 1152)]
    [InlineData("sound.aac", "aac", 88 * 1024, 44_100, 1024)]
    [InlineData("sound.m4a", "aac", 88_200, 44_100, 1024)]
    public void Sound_is_read_to_the_codecs_frame(string name, string codec, int samples, int rate, int frame)
    {
        MediaFacts facts = MediaReader.ReadFile(RealFiles.PathOf(name));
        Assert.Equal((codec, 0, 1), (facts.AudioCodec, facts.VideoTracks, facts.AudioTracks));
        DurationError.Check(facts.AudioDuration, (decimal)samples / rate, (decimal)frame / rate);

        // What is counted has the priming that an edit list leaves out: one more frame of AAC, not quite whole.
        DurationError.Check(facts.CountedDuration, (decimal)samples / rate, name == "sound.m4a" ? 2m * frame / rate : (decimal)frame / rate);
        Assert.DoesNotContain(facts.Problems, problem => problem.Severity > MediaSeverity.Note);
        Assert.True(LipSyncRules.CheckAudio(facts, name).IsFit());
    }

    [Fact]
    public void Trap03_a_cut_without_encoding_hides_frames()
    {
        MediaFacts facts = MediaReader.ReadFile(RealFiles.PathOf("edited.mp4"));
        DurationError.Check(facts.VideoDuration, 1.4m, DurationError.OfVideo);
        DurationError.Check(facts.CountedDuration, 2m, DurationError.OfVideo);
        Noted(facts, "shows 1.4 s of 2 s");
    }

    [Theory]
    [InlineData("opus.ogg", MediaContainer.Ogg)]
    [InlineData("sound.flac", MediaContainer.Flac)]
    public void Trap14_real_opus_and_flac_are_refused_by_name(string name, MediaContainer container)
    {
        MediaFacts facts = MediaReader.ReadFile(RealFiles.PathOf(name));
        Assert.Equal((container, null), (facts.Container, facts.CautiousDuration));
        Assert.Equal(("Container", MediaSeverity.Refuse), (LipSyncRules.CheckAudio(facts, name)[0].Rule, LipSyncRules.CheckAudio(facts, name)[0].Severity));
    }

    [Fact]
    public void No_real_file_costs_more_than_a_few_kilobytes_of_reading()
    {
        string[] headers = [.. Directory.GetFiles(RealFiles.Folder).Where(file => Path.GetExtension(file) is ".mp4" or ".mov" or ".m4a" or ".wav")];
        Assert.NotEmpty(headers);
        Assert.All(headers, file =>
        {
            using var stream = new MeteredStream(File.ReadAllBytes(file));
            MediaReader.Read(stream);
            Assert.InRange(stream.BytesRead, 1, 16 * 1024);
            Assert.InRange(stream.Reads, 1, 3);
        });
    }
}
