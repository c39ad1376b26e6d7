using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>
/// Opus counts a pre-skip, a piped FLAC states 0 samples, a broken Ogg page lies about its position. The endpoint's maker names none of them,
/// so that they are refused by name, and no length is read that could be wrong.
/// </summary>
public class OggAndFlacTests
{
    private static byte[] OggPage(long granule, int page, params byte[] packet)
        => new ByteWriter().Text("OggS").Bytes(0, (byte)(page == 0 ? 2 : 0)).Little64((ulong)granule).Little32(7).Little32((uint)page)
            .Little32(0xDEADBEEF).Bytes(1, (byte)packet.Length).Bytes(packet).ToArray();

    private static byte[] Opus(long granule)
        => [.. OggPage(0, 0, [.. "OpusHead"u8, 1, 2, 0x38, 1, 0x80, 0xBB, 0, 0, 0, 0, 0]), .. OggPage(0, 1, [.. "OpusTags"u8, .. new byte[8]]), .. OggPage(granule, 2, new byte[40])];

    private static byte[] Flac(ulong samples)
        => new ByteWriter().Text("fLaC").Bytes(0x80, 0, 0, 34).Big16(4096).Big16(4096).Zeros(6).Big64((44_100ul << 44) | (15ul << 36) | samples).Zeros(16)
            .Bytes(0xFF, 0xF8, 0xC9, 0x18).Zeros(60).ToArray();

    public static TheoryData<MediaContainer, string, byte[]> Files => new()
    {
        { MediaContainer.Ogg, "an Ogg file", Opus(144_312) },
        { MediaContainer.Ogg, "an Ogg file", Opus(-1) },
        { MediaContainer.Ogg, "an Ogg file", OggPage(0, 0, [1, .. "vorbis"u8, .. new byte[22]]) },
        { MediaContainer.Flac, "a FLAC sound", Flac(132_300) },
        { MediaContainer.Flac, "a FLAC sound", Flac(0) },
    };

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public void Trap14_ogg_opus_and_flac_are_refused_by_name_and_no_length_is_claimed(MediaContainer container, string name, byte[] file)
    {
        MediaFacts facts = Read(file);
        Assert.Equal(container, facts.Container);
        Assert.Equal(
            (null, null, null, null, null),
            (facts.FormatDuration, facts.VideoDuration, facts.AudioDuration, facts.CountedDuration, facts.CautiousDuration));

        foreach (string fileName in (string[])["dora.ogg", "dora.opus", "dora.flac", "dora.mp3"])
        {
            MediaFinding finding = Assert.Single(LipSyncRules.CheckAudio(facts, fileName));
            Assert.Equal((MediaSeverity.Refuse, "Container"), (finding.Severity, finding.Rule));
            Assert.Equal($"{fileName} is {name}; the endpoint takes MP3, WAV, M4A and AAC sounds.", finding.Message);
            Assert.Equal($"ffmpeg -i '{fileName}' -vn -c:a aac -b:a 128k 'dora.fit.m4a'", finding.Remedy);
        }
    }

    [Fact]
    public void Trap14_opus_inside_an_m4a_is_named_and_its_edit_list_takes_the_pre_skip_off()
    {
        var builder = new Mp4Builder { Brand = "M4A", Stated = 3000 };
        builder.Tracks.Add(Mp4Track.Sound(3, id: 1) with { Format = "Opus", Stated = 144_312, Frames = [(1, 144_312)], Edits = [(3000, 312)] });
        MediaFacts facts = Read(builder);
        Assert.Equal(("opus", S(3)), (facts.AudioCodec, facts.AudioDuration));
        Assert.Equal("Codec", Assert.Single(LipSyncRules.CheckAudio(facts, "a.m4a")).Rule);
    }
}
