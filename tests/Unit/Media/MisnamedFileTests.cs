using System.Text;
using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>Whole files under a name that is not theirs.</summary>
public class MisnamedFileTests
{
    private static readonly byte[] Matroska = [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86, 0x81, 1, 0x42, 0x82, 0x84, .. "webm"u8, .. new byte[90]];
    private static readonly byte[] Avif = ByteWriter.Box("ftyp", Encoding.ASCII.GetBytes("avif\0\0\0\0avifmif1"));
    private static readonly byte[] Html = "<!doctype html><title>404</title>"u8.ToArray();
    private static readonly byte[] Utf16 = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("<!DOCTYPE html><html lang='de'>Nicht gefunden: über" + new string('x', 400))];

    public static TheoryData<string, MediaContainer, string, byte[]> Clips => new()
    {
        { "an MP3", MediaContainer.Mp3, "a.mp4", TestMedia.Mp3() },
        { "a WAV", MediaContainer.Wav, "a.mov", TestMedia.Wav() },
        { "an AAC", MediaContainer.Aac, "a.mp4", TestMedia.Aac() },
        { "an M4A", MediaContainer.M4a, "a.mp4", TestMedia.M4a() },
        { "a WebM", MediaContainer.WebM, "a.mp4", Matroska },
        { "a transport stream", MediaContainer.MpegTs, "a.mp4", TransportStream() },
        { "an AVI", MediaContainer.Avi, "a.mp4", [.. "RIFF\u0010\0\0\0AVI LIST"u8, .. new byte[90]] },
        { "a GIF", MediaContainer.Gif, "a.mp4", [.. "GIF89a"u8, .. new byte[90]] },
        { "a JPEG", MediaContainer.Jpeg, "a.mp4", [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[90]] },
        { "a PNG", MediaContainer.Png, "a.mov", [0x89, .. "PNG\r\n"u8, 26, 10, .. new byte[90]] },
        { "an AVIF", MediaContainer.Heif, "a.mp4", Avif },
        { "an HTML page", MediaContainer.Html, "a.mp4", Html },
        { "an HTML page of Windows PowerShell's", MediaContainer.Html, "a.mp4", Utf16 },
        { "a text", MediaContainer.Text, "a.mp4", "{\"detail\":\"Not Found\"}"u8.ToArray() },
        { "a text in UTF-16", MediaContainer.Text, "a.mov", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("not found\r\n")] },
        { "nothing", MediaContainer.Unknown, "a.mp4", [] },
        { "zeros", MediaContainer.Unknown, "a.mp4", new byte[5000] },
    };

    public static TheoryData<string, MediaContainer, string, byte[]> Sounds => new()
    {
        { "an MP3", MediaContainer.Mp3, "a.wav", TestMedia.Mp3() },
        { "an MP3", MediaContainer.Mp3, "a.m4a", TestMedia.Mp3() },
        { "a WAV", MediaContainer.Wav, "a.mp3", TestMedia.Wav() },
        { "an AAC", MediaContainer.Aac, "a.mp3", TestMedia.Aac() },
        { "an AAC", MediaContainer.Aac, "a.m4a", TestMedia.Aac() },
        { "an M4A", MediaContainer.M4a, "a.aac", TestMedia.M4a() },
        { "an M4A", MediaContainer.M4a, "a.mp3", TestMedia.M4a() },
        { "a clip", MediaContainer.Mp4, "a.mp3", ClipWithSound() },
        { "a clip", MediaContainer.Mp4, "a.m4a", ClipWithSound() },
        { "an Ogg", MediaContainer.Ogg, "a.mp3", [.. "OggS"u8, .. new byte[90]] },
        { "a FLAC", MediaContainer.Flac, "a.wav", [.. "fLaC"u8, .. new byte[90]] },
        { "a WebM", MediaContainer.WebM, "a.m4a", Matroska },
        { "a JPEG", MediaContainer.Jpeg, "a.mp3", [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[90]] },
        { "an HTML page", MediaContainer.Html, "a.wav", Html },
        { "a text", MediaContainer.Text, "a.mp3", "version https://git-lfs.github.com/spec/v1\n"u8.ToArray() },
        { "nothing", MediaContainer.Unknown, "a.wav", [] },
        { "an MP3", MediaContainer.Mp3, "a", TestMedia.Mp3() },
    };

    [Theory]
    [MemberData(nameof(Clips), DisableDiscoveryEnumeration = true)]
    public void Trap11_what_is_no_clip_is_refused_whatever_it_is_called(string what, MediaContainer container, string name, byte[] file)
    {
        MediaFacts facts = Read(file);
        Assert.Equal((what, container), (what, facts.Container));
        Assert.False(LipSyncRules.CheckVideo(facts, name).IsFit(), what);
    }

    [Theory]
    [MemberData(nameof(Sounds), DisableDiscoveryEnumeration = true)]
    public void Trap11_a_sound_under_the_wrong_name_is_refused_with_what_helps(string what, MediaContainer container, string name, byte[] file)
    {
        MediaFacts facts = Read(file);
        Assert.Equal((what, container), (what, facts.Container));
        MediaFinding finding = LipSyncRules.CheckAudio(facts, name)[0];
        Assert.Equal(MediaSeverity.Refuse, finding.Severity);
        Assert.NotEmpty(finding.Remedy);
    }

    [Theory]
    [InlineData("isom", "a.mov")]
    [InlineData("qt", "a.mp4")]
    [InlineData("qt", "A.MP4")]
    public void Trap11_mov_and_mp4_may_be_mistaken_for_each_other(string brand, string name)
    {
        MediaFinding finding = Assert.Single(LipSyncRules.CheckVideo(Read(TestMedia.Mp4(4, brand: brand)), name));
        Assert.Equal((MediaSeverity.Warn, "Extension"), (finding.Severity, finding.Rule));
    }

    [Theory]
    [InlineData("moov")]
    [InlineData("mdat")]
    [InlineData("wide")]
    [InlineData("free")]
    [InlineData("skip")]
    public void Trap11_an_old_movie_may_open_with_any_of_its_boxes(string opening)
    {
        Mp4Builder builder = TestMedia.Clip(4);
        (builder.Brand, builder.HeaderFirst) = (null, opening != "mdat");
        byte[] box = opening is "moov" or "mdat" ? [] : ByteWriter.Box(opening, new byte[8]);
        builder.Tracks[0] = builder.Tracks[0] with { Frames = [(100, 512)] };
        MediaFacts facts = Read([.. box, .. builder.Build()]);
        Assert.Equal((MediaContainer.Mov, S(4)), (facts.Container, facts.VideoDuration));
    }

    [Fact]
    public void Trap11_a_brand_alone_makes_no_clip()
        => Assert.False(LipSyncRules.CheckVideo(Read(ByteWriter.Box("ftyp", "isom\0\0\0\0isom"u8.ToArray())), "a.mp4").IsFit());

    private static byte[] ClipWithSound()
    {
        Mp4Builder builder = TestMedia.Clip();
        builder.Tracks.Add(Mp4Track.Sound(4));
        return builder.Build();
    }

    private static byte[] TransportStream()
    {
        byte[] file = new byte[188 * 5];
        for (int i = 0; i < file.Length; i += 188)
        {
            file[i] = 0x47;
        }

        return file;
    }
}
