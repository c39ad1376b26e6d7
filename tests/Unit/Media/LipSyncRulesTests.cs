using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

public class LipSyncRulesTests
{
    private static readonly MediaFacts Clip = Read(TestMedia.Mp4(4));
    private static readonly MediaFacts Sound = Read(TestMedia.Wav(3));

    private static MediaFinding One(MediaFacts facts, string rule, MediaSeverity severity, string fileName = "dora.mp4")
    {
        MediaFinding finding = Assert.Single(LipSyncRules.CheckVideo(facts, fileName), finding => finding.Rule == rule);
        Assert.Equal(severity, finding.Severity);
        return finding;
    }

    private static MediaFinding OneAudio(MediaFacts facts, string rule, MediaSeverity severity, string fileName = "dora.wav")
    {
        MediaFinding finding = Assert.Single(LipSyncRules.CheckAudio(facts, fileName), finding => finding.Rule == rule);
        Assert.Equal(severity, finding.Severity);
        return finding;
    }

    private static MediaFacts Lasting(double format, double video, double counted)
        => Clip with { FormatDuration = S(format), VideoDuration = S(video), CountedDuration = S(counted) };

    private static MediaFacts Lasting(double seconds) => Lasting(seconds, seconds, seconds);

    private static MediaFacts Sounding(double seconds)
        => Sound with { FormatDuration = S(seconds), AudioDuration = S(seconds), CountedDuration = S(seconds) };

    [Fact]
    public void A_fit_clip_and_each_kind_of_fit_sound_have_no_findings()
    {
        Assert.Empty(LipSyncRules.CheckVideo(Clip, "a.mp4"));
        Assert.Empty(LipSyncRules.CheckVideo(Read(TestMedia.Mp4(4, brand: "qt")), "a.MOV"));
        Assert.Empty(LipSyncRules.CheckAudio(Sound, "a.wav"));
        Assert.Empty(LipSyncRules.CheckAudio(Read(TestMedia.Mp3()), "a.mp3"));
        Assert.Empty(LipSyncRules.CheckAudio(Read(TestMedia.Aac()), "a.aac"));
        Assert.Empty(LipSyncRules.CheckAudio(Read(TestMedia.M4a()), "a.m4a"));
    }

    [Fact]
    public void A_small_picture_is_refused_with_its_measure_the_limit_and_a_line_that_scales_it()
    {
        MediaFinding finding = One(Read(TestMedia.Mp4(4, 640, 360)), "PictureSize", MediaSeverity.Refuse);
        Assert.Equal("640x360", finding.Measured);
        Assert.Equal("dora.mp4 is 640x360; width and height must each be 720 to 1920 pixels.", finding.Message);
        Assert.StartsWith("ffmpeg -i 'dora.mp4' -vf 'scale=1280:720,setsar=1' ", finding.Remedy, StringComparison.Ordinal);
        Assert.EndsWith(" 'dora.fit.mp4'", finding.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(719, 1280, "PictureSize", MediaSeverity.Refuse)]
    [InlineData(1280, 719, "PictureSize", MediaSeverity.Refuse)]
    [InlineData(1921, 1080, "PictureSize", MediaSeverity.Refuse)]
    [InlineData(1080, 1921, "PictureSize", MediaSeverity.Refuse)]
    [InlineData(1024, 768, "Resolution", MediaSeverity.Warn)]
    [InlineData(720, 720, null, MediaSeverity.Note)]
    [InlineData(720, 1280, null, MediaSeverity.Note)]
    [InlineData(1080, 1920, null, MediaSeverity.Note)]
    [InlineData(1920, 1080, null, MediaSeverity.Note)]
    [InlineData(1440, 1080, null, MediaSeverity.Note)]
    public void Picture_sizes_have_the_same_limits_both_ways(int width, int height, string? rule, MediaSeverity severity)
    {
        IReadOnlyList<MediaFinding> findings = LipSyncRules.CheckVideo(Read(TestMedia.Mp4(4, width, height)), "a.mp4");
        if (rule is null)
        {
            Assert.Empty(findings);
        }
        else
        {
            Assert.Equal((rule, severity), (findings[0].Rule, findings[0].Severity));
        }
    }

    [Theory]
    [InlineData(3840, 2160, 0, "scale=1920:1080,setsar=1")]
    [InlineData(640, 360, 90, "scale=720:1280,setsar=1")]
    [InlineData(1000, 300, 0, "scale=1920:576,pad=1920:720:-1:-1,setsar=1")]
    [InlineData(300, 1000, 0, "scale=576:1920,pad=720:1920:-1:-1,setsar=1")]
    [InlineData(1024, 768, 0, "scale=960:720,setsar=1")]
    public void The_scaling_keeps_the_picture_as_shown_and_fits(int width, int height, int rotation, string filter)
    {
        (int shownWidth, int shownHeight) = rotation == 90 ? (height, width) : (width, height);
        MediaFacts facts = Clip with { Width = width, Height = height, DisplayWidth = shownWidth, DisplayHeight = shownHeight, Rotation = rotation };
        Assert.Contains($"-vf '{filter}'", LipSyncRules.CheckVideo(facts, "a.mp4")[0].Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1.99, MediaSeverity.Refuse)]
    [InlineData(2, null)]
    [InlineData(10, null)]
    [InlineData(10.01, MediaSeverity.Warn)]
    [InlineData(10.05, MediaSeverity.Warn)]
    [InlineData(10.0500001, MediaSeverity.Refuse)]
    [InlineData(60, MediaSeverity.Refuse)]
    public void A_clip_lasts_2_to_10_seconds(double seconds, MediaSeverity? severity)
    {
        IEnumerable<MediaFinding> findings = LipSyncRules.CheckVideo(Lasting(seconds), "a.mp4").Where(finding => finding.Rule == "Duration");
        Assert.Equal(severity, findings.SingleOrDefault()?.Severity);
    }

    [Theory]
    [InlineData(12, 9.9, 9.9, MediaSeverity.Warn)]
    [InlineData(12, 10.06, 10.1, MediaSeverity.Refuse)]
    [InlineData(8, 1.9, 1.9, MediaSeverity.Refuse)]
    [InlineData(1.9, 2.1, 2.1, MediaSeverity.Warn)]
    public void Readings_that_disagree_warn_unless_the_pictures_are_too_short(double format, double video, double counted, MediaSeverity severity)
    {
        MediaFinding finding = One(Lasting(format, video, counted), "Duration", severity);
        Assert.Contains("depending on what is read", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_long_is_cut_too_short_is_held_and_one_line_mends_both_faults_of_a_file()
    {
        Assert.Contains(" -t 9.9 ", One(Lasting(11), "Duration", MediaSeverity.Refuse).Remedy, StringComparison.Ordinal);
        Assert.Contains("tpad=stop_mode=clone:stop_duration=0.6", One(Lasting(1.5), "Duration", MediaSeverity.Refuse).Remedy, StringComparison.Ordinal);

        MediaFacts both = Lasting(11) with { Width = 640, Height = 360, DisplayWidth = 640, DisplayHeight = 360 };
        IReadOnlyList<MediaFinding> findings = LipSyncRules.CheckVideo(both, "a.mp4");
        Assert.Equal(2, findings.Count);
        Assert.Equal(findings[0].Remedy, findings[1].Remedy);
        Assert.Contains(" -t 9.9 -vf 'scale=1280:720,setsar=1' ", findings[0].Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000_000, null)]
    [InlineData(100_000_001, MediaSeverity.Warn)]
    [InlineData(104_857_600, MediaSeverity.Warn)]
    [InlineData(104_857_601, MediaSeverity.Refuse)]
    public void A_clip_has_100_MB_at_most_and_two_kinds_of_megabyte(long bytes, MediaSeverity? severity)
        => Assert.Equal(severity, LipSyncRules.CheckVideo(Clip with { Length = bytes }, "a.mp4").SingleOrDefault()?.Severity);

    [Theory]
    [InlineData(5_000_000, null)]
    [InlineData(5_000_001, MediaSeverity.Warn)]
    [InlineData(5_242_880, MediaSeverity.Warn)]
    [InlineData(5_242_881, MediaSeverity.Refuse)]
    public void A_sound_has_5_MB_at_most(long bytes, MediaSeverity? severity)
        => Assert.Equal(severity, LipSyncRules.CheckAudio(Sound with { Length = bytes }, "a.wav").SingleOrDefault()?.Severity);

    [Theory]
    [InlineData(1.99, MediaSeverity.Refuse)]
    [InlineData(2, null)]
    [InlineData(60, null)]
    [InlineData(60.05, MediaSeverity.Warn)]
    [InlineData(60.11, MediaSeverity.Refuse)]
    public void Trap08_a_sound_lasts_2_to_60_seconds_with_slack_for_its_codec(double seconds, MediaSeverity? severity)
        => Assert.Equal(severity, LipSyncRules.CheckAudio(Sounding(seconds), "a.wav").SingleOrDefault()?.Severity);

    [Fact]
    public void Trap11_a_misnamed_clip_is_warned_about_between_mov_and_mp4_and_else_refused()
    {
        MediaFinding warning = One(Clip, "Extension", MediaSeverity.Warn, "dora.mov");
        Assert.Equal("ffmpeg -i 'dora.mov' -c copy -movflags +faststart 'dora.fit.mp4'", warning.Remedy);
        One(Clip, "Extension", MediaSeverity.Refuse, "dora.m4v");
        One(Clip, "Extension", MediaSeverity.Refuse, "dora");
        One(Read(TestMedia.M4a()), "Container", MediaSeverity.Refuse);
        Assert.Equal("dora.mp4 is an MP3 sound; the endpoint takes MP4 and MOV clips.", One(Read(TestMedia.Mp3()), "Container", MediaSeverity.Refuse).Message);
    }

    [Fact]
    public void Trap11_a_misnamed_sound_is_refused()
    {
        MediaFinding finding = OneAudio(Read(TestMedia.Mp3()), "Extension", MediaSeverity.Refuse);
        Assert.Equal("dora.wav has the extension .wav and is an MP3 sound; the endpoint goes by the name, which must end in .mp3.", finding.Message);
        Assert.Equal("ffmpeg -i 'dora.wav' -vn -c:a aac -b:a 128k 'dora.fit.m4a'", finding.Remedy);
        OneAudio(Read(TestMedia.Aac()), "Extension", MediaSeverity.Refuse, "dora.mp3");
        Mp4Builder video = TestMedia.Clip();
        video.Tracks.Add(Mp4Track.Sound(4));
        OneAudio(Read(video), "Container", MediaSeverity.Refuse, "dora.m4a");
        OneAudio(Clip, "SoundTrack", MediaSeverity.Refuse, "dora.mp4");
    }

    [Fact]
    public void Trap13_no_pictures_and_encryption_are_refused_with_what_helps()
    {
        Mp4Builder sound = new() { Stated = 4000 };
        sound.Tracks.Add(Mp4Track.Sound(4, 1));
        Assert.Contains("sound only", One(Read(sound), "VideoTrack", MediaSeverity.Refuse).Remedy, StringComparison.Ordinal);

        Mp4Builder encrypted = TestMedia.Clip();
        encrypted.Tracks[0] = encrypted.Tracks[0] with { Format = "encv" };
        Assert.Contains("copy protection", One(Read(encrypted), "Integrity", MediaSeverity.Refuse).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Trap06_a_cut_clip_is_to_be_copied_again()
    {
        MediaFinding finding = One(Read(TestMedia.Mp4(4, bytes: 5000)[..4000]), "Integrity", MediaSeverity.Refuse);
        Assert.Contains("Copy the file again", finding.Remedy, StringComparison.Ordinal);
        Assert.StartsWith("dora.mp4 is not as it should be: it is cut off", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_has_its_own_words_and_needs_no_remedy()
    {
        Mp4Builder builder = TestMedia.Clip(4.5);
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [(4000, 6400)] };
        MediaFinding finding = One(Read(builder), "Integrity", MediaSeverity.Note);
        Assert.StartsWith("dora.mp4 is unusual: its edit list shows 4 s of 4.5 s", finding.Message, StringComparison.Ordinal);
        Assert.Empty(finding.Remedy);
    }

    [Fact]
    public void An_empty_file_is_refused_once()
    {
        Assert.Equal(MediaSeverity.Refuse, Assert.Single(LipSyncRules.CheckVideo(Read([]), "a.mp4")).Severity);
        Assert.Equal(MediaSeverity.Refuse, Assert.Single(LipSyncRules.CheckAudio(Read([]), "a.mp3")).Severity);
    }

    [Fact]
    public void Codecs_that_are_not_the_safest_are_warned_about()
    {
        One(Clip with { VideoCodec = "prores" }, "Codec", MediaSeverity.Warn);
        One(Clip with { VideoCodec = "hevc" }, "Codec", MediaSeverity.Note);
        OneAudio(Sound with { AudioCodec = "adpcm_ms" }, "Codec", MediaSeverity.Warn);
    }

    [Fact]
    public void A_clip_just_past_a_price_step_is_noted_and_stays_fit()
    {
        MediaFinding finding = One(Lasting(5.2), "BilledStep", MediaSeverity.Note);
        Assert.Equal("dora.mp4 lasts 5.2 s and is billed as 10 s (0.14 USD); cut to 5 s it costs 0.07 USD.", finding.Message);
        Assert.Contains(" -t 4.9 ", finding.Remedy, StringComparison.Ordinal);
        Assert.Equal(MediaVerdict.Fit, LipSyncRules.CheckVideo(Lasting(5.2), "a.mp4").Verdict());

        Assert.Contains("0.07 or 0.14 USD", One(Lasting(8, 4.9, 4.9), "BilledStep", MediaSeverity.Note).Message, StringComparison.Ordinal);
        MediaFinding soundOnly = One(Lasting(8, 4.9, 4.9) with { AudioTracks = 1 }, "BilledStep", MediaSeverity.Note);
        Assert.Equal("ffmpeg -i 'dora.mp4' -map 0:v:0 -c copy -movflags +faststart 'dora.fit.mp4'", soundOnly.Remedy);
        Assert.Empty(LipSyncRules.CheckVideo(Lasting(5), "a.mp4"));
        Assert.Empty(LipSyncRules.CheckVideo(Lasting(7), "a.mp4"));
    }

    [Fact]
    public void The_verdict_is_that_of_the_gravest_finding()
    {
        static MediaFinding Finding(MediaSeverity severity) => new(severity, "", "", "", "", "");
        Assert.Equal(MediaVerdict.Fit, Array.Empty<MediaFinding>().Verdict());
        Assert.Equal(MediaVerdict.Warn, new[] { Finding(MediaSeverity.Note), Finding(MediaSeverity.Warn) }.Verdict());
        Assert.True(new[] { Finding(MediaSeverity.Warn) }.IsFit());
        Assert.False(new[] { Finding(MediaSeverity.Warn), Finding(MediaSeverity.Refuse) }.IsFit());
    }

    [Theory]
    [InlineData("it's mine.mp4", "'it''s mine.mp4'", "'it''s mine.fit.mp4'")]
    [InlineData("a\u2019b.mp4", "'a\u2019\u2019b.mp4'", "'a\u2019\u2019b.fit.mp4'")]
    [InlineData("$(rm -rf x);`n.mp4", "'$(rm -rf x);`n.mp4'", "'$(rm -rf x);`n.fit.mp4'")]
    [InlineData("-y.mp4", "'./-y.mp4'", "'./-y.fit.mp4'")]
    [InlineData("http:x.mp4", "'./http:x.mp4'", "'./http:x.fit.mp4'")]
    [InlineData("a\u001b[31m\"$x.mp4", "\"a`u{1b}[31m`\"`$x.mp4\"", "\"a`u{1b}[31m`\"`$x.fit.mp4\"")]
    public void Any_file_name_is_safe_in_the_remedy_and_the_message(string name, string input, string output)
    {
        MediaFinding finding = One(Lasting(11), "Duration", MediaSeverity.Refuse, name);
        Assert.StartsWith($"ffmpeg -i {input} ", finding.Remedy, StringComparison.Ordinal);
        Assert.EndsWith($" {output}", finding.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain(finding.Message, char.IsControl);
    }

    [Fact]
    public void A_path_stays_in_the_remedy_and_its_name_alone_in_the_message()
    {
        string path = Path.Combine(Path.GetTempPath(), "clips", "dora.mp4");
        MediaFinding finding = One(Lasting(11), "Duration", MediaSeverity.Refuse, path);
        Assert.StartsWith("dora.mp4 lasts 11 s; it must last 2 s to 10 s.", finding.Message, StringComparison.Ordinal);
        Assert.Contains($"'{path}'", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_are_the_same_in_every_culture()
    {
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo("de-DE");
            Assert.Contains("lasts 10.5 s", One(Lasting(10.5), "Duration", MediaSeverity.Refuse).Message, StringComparison.Ordinal);
            Assert.Contains("104,857,601 bytes", One(Clip with { Length = 104_857_601 }, "FileSize", MediaSeverity.Refuse).Message, StringComparison.Ordinal);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }
}
