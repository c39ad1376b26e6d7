using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>The Quickstart's clips and sounds, which real encoders made, against what FFmpeg says of them.</summary>
public class SampleClipTests
{
    public static TheoryData<string, MediaContainer, double, int, int, string, MediaVerdict> Clips => new()
    {
        { "anna.mp4", MediaContainer.Mp4, 4.0, 1280, 720, "h264", MediaVerdict.Fit },
        { "ben.mov", MediaContainer.Mov, 3.2, 1280, 720, "h264", MediaVerdict.Fit },
        { "clara.mp4", MediaContainer.Mp4, 4.6, 720, 1280, "h264", MediaVerdict.Fit },
        { "david.mp4", MediaContainer.Mp4, 5.2, 1280, 720, "h264", MediaVerdict.Fit },
        { "tiny.mp4", MediaContainer.Mp4, 3.0, 640, 360, "h264", MediaVerdict.Refuse },
    };

    [Theory]
    [MemberData(nameof(Clips))]
    public void A_clip_reads_as_ffmpeg_reads_it(string name, MediaContainer container, double seconds, int width, int height, string codec, MediaVerdict verdict)
    {
        MediaFacts facts = MediaReader.ReadFile(Path.Combine(SampleClips.Folder, name));
        TimeSpan duration = Reading.S(seconds);
        Assert.Equal(container, facts.Container);
        Assert.Equal((duration, duration, duration), (facts.FormatDuration, facts.VideoDuration, facts.CountedDuration));
        Assert.Equal((width, height, width, height, 0), (facts.Width, facts.Height, facts.DisplayWidth, facts.DisplayHeight, facts.Rotation));
        Assert.Equal((codec, 1, 0), (facts.VideoCodec, facts.VideoTracks, facts.AudioTracks));
        Assert.Empty(facts.Problems);
        Assert.Equal(verdict, LipSyncRules.CheckVideo(facts, name).Verdict());
    }

    [Theory]
    [InlineData("anna.wav", MediaContainer.Wav, "pcm_s16le", 4.0, 4.0)]
    [InlineData("ben.mp3", MediaContainer.Mp3, "mp3", 3.264, 3.264)]
    [InlineData("clara.m4a", MediaContainer.M4a, "aac", 4.6, 4.6464400)]
    [InlineData("david.mp3", MediaContainer.Mp3, "mp3", 7.128, 7.128)]
    [InlineData("tiny.wav", MediaContainer.Wav, "pcm_s16le", 3.0, 3.0)]
    public void A_sound_reads_as_ffmpeg_reads_it(string name, MediaContainer container, string codec, double seconds, double counted)
    {
        MediaFacts facts = MediaReader.ReadFile(Path.Combine(SampleClips.Folder, name));
        Assert.Equal((container, codec, 0, 1), (facts.Container, facts.AudioCodec, facts.VideoTracks, facts.AudioTracks));
        Assert.Equal(seconds, facts.FormatDuration!.Value.TotalSeconds, 0.001);
        Assert.Equal(seconds, facts.AudioDuration!.Value.TotalSeconds, 0.001);
        Assert.Equal(counted, facts.CountedDuration!.Value.TotalSeconds, 0.001);
        Assert.DoesNotContain(facts.Problems, problem => problem.Severity > MediaSeverity.Note);
        Assert.Equal(MediaVerdict.Fit, LipSyncRules.CheckAudio(facts, name).Verdict());
    }

    [Fact]
    public void Four_clips_that_fit_cost_35_cents()
    {
        string[] names = ["anna.mp4", "ben.mov", "clara.mp4", "david.mp4"];
        Assert.Equal(0.35m, names.Sum(name => LipSyncPrice.Quote(MediaReader.ReadFile(Path.Combine(SampleClips.Folder, name))).Usd));
    }
}
