using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;
using static KlingLipSync.Tests.Unit.Media.SoundBuilder;

namespace KlingLipSync.Tests.Unit.Media;

public class Mp3ReaderTests
{
    private static readonly TimeSpan Mp3Frames100 = S(100 * 1152 / 44_100.0);

    private static IEnumerable<byte[]> Frames(int count, int index = 9) => Enumerable.Repeat(Mp3Frame(index), count);

    [Fact]
    public void Mp3_of_one_bit_rate_is_counted_frame_by_frame()
    {
        MediaFacts facts = Read(Join(Frames(100)));
        Assert.Equal((MediaContainer.Mp3, "mp3"), (facts.Container, facts.AudioCodec));
        Near(Mp3Frames100, facts.CountedDuration);
        Assert.InRange(facts.FormatDuration!.Value, Mp3Frames100 - S(0.01), Mp3Frames100 + S(0.01));
        Assert.Empty(facts.Problems);
    }

    [Theory]
    [InlineData("Xing")]
    [InlineData("Info")]
    [InlineData("VBRI")]
    public void Trap07_an_mp3_header_is_no_sound_and_is_compared_with_it(string mark)
    {
        byte[] Header(uint frames) => mark == "VBRI" ? VbriFrame(frames) : XingFrame(frames, mark);
        IEnumerable<byte[]> sound = [.. Frames(50, 9), .. Frames(50, 5)];

        MediaFacts honest = Read(Join([Header(100), .. sound]));
        Near(Mp3Frames100, honest.FormatDuration);
        Near(Mp3Frames100, honest.CountedDuration);
        Assert.Empty(honest.Problems);

        Assert.True(Read(Join([Header(200), .. sound])).IsTruncated);
        Refused(Read(Join([Header(50), .. sound])), "header claims");
    }

    [Fact]
    public void Trap07_a_varying_bit_rate_without_a_header_is_refused_with_its_true_length()
    {
        MediaFacts facts = Read(Join([.. Frames(10, 9), .. Frames(90, 5)]));
        Near(Mp3Frames100, facts.AudioDuration);
        Refused(facts, "bit rate varies");
    }

    [Fact]
    public void Trap07_tags_of_every_kind_are_no_sound()
    {
        byte[] ape = new ByteWriter().Text("APETAGEX").Little32(2000).Little32(32).Little32(1).Little32(0).Zeros(8).ToArray();
        byte[] file = Join([Id3v2(200_000), Id3v2(64), .. Frames(100), ape, Id3v1()]);
        MediaFacts facts = Read(file);
        Near(Mp3Frames100, facts.CountedDuration);
        Assert.DoesNotContain(facts.Problems, problem => problem.Severity > MediaSeverity.Note);
    }

    [Fact]
    public void Trap07_three_frames_in_a_row_make_an_mp3_and_noise_does_not()
    {
        byte[] full = new byte[20_000];
        full.AsSpan().Fill(0xFF);
        Assert.Equal(MediaContainer.Unknown, Read(full).Container);
        byte[] noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        Assert.Equal(MediaContainer.Unknown, Read(noise).Container);
        Assert.Equal(MediaContainer.Unknown, Read(Join(Frames(2))).Container);
        Assert.Equal(MediaContainer.Mp3, Read(Join([new byte[1000], .. Frames(3)])).Container);
    }

    [Fact]
    public void Mp3_with_junk_in_the_middle_is_counted_on()
    {
        MediaFacts facts = Read(Join([.. Frames(60), new byte[5000], .. Frames(40)]));
        Near(Mp3Frames100, facts.CountedDuration);
        Assert.Contains(facts.Problems, problem => problem.Severity == MediaSeverity.Note);
    }

    [Fact]
    public void Mp3_of_version_2_has_shorter_frames()
    {
        byte[] frame = Mp3Frame(8, version: 0xF3);
        Near(S(200 * 576 / 22_050.0), Read(Join(Enumerable.Repeat(frame, 200))).CountedDuration);
    }

    [Fact]
    public void A_sound_too_large_to_be_taken_is_not_walked()
    {
        byte[] file = Join(Frames(13_000));
        MediaFacts facts = Read(file);
        Assert.Null(facts.CountedDuration);
        Assert.InRange(facts.FormatDuration!.Value, S(338), S(341));
    }

    [Fact]
    public void Trap07_one_bit_rate_without_a_header_is_fine()
    {
        MediaFacts facts = Read(Join([Id3v2(500), .. Frames(100), Id3v1()]));
        Assert.InRange((facts.FormatDuration!.Value - facts.CountedDuration!.Value).Duration(), TimeSpan.Zero, S(0.01));
        Assert.Empty(LipSyncRules.CheckAudio(facts, "a.mp3"));
    }

    [Fact]
    public void Trap07_a_cut_mp3_says_what_its_header_claims_and_what_is_there()
    {
        byte[] file = Join([XingFrame(765), .. Frames(765)]);
        MediaFacts facts = Read(file[..(file.Length / 2)]);
        Assert.True(facts.IsTruncated);
        Near(S(765 * 1152 / 44_100.0), facts.FormatDuration);
        Assert.InRange(facts.AudioDuration!.Value, S(9.8), S(10));
    }

    [Fact]
    public void Trap07_a_header_without_a_frame_count_claims_nothing()
    {
        byte[] header = XingFrame(0);
        header[4 + 32 + 7] = 0;
        MediaFacts facts = Read(Join([header, .. Frames(100)]));
        Near(Mp3Frames100, facts.CountedDuration);
        Assert.Empty(facts.Problems);
        Refused(Read(Join([header, .. Frames(50, 9), .. Frames(50, 5)])), "bit rate varies");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Trap07_free_format_is_named_with_and_without_a_tag(int tags)
    {
        byte[] frame = Mp3Frame(9);
        frame[2] = 0;
        byte[] padded = [.. frame, 0];
        padded[2] = 2;
        byte[] file = Join([.. Enumerable.Repeat(Id3v2(100), tags), .. Enumerable.Repeat(frame, 20), padded, .. Enumerable.Repeat(frame, 20)]);
        Assert.Equal(MediaContainer.Mp3, Read(file).Container);
        Refused(Read(file), "free format");
        Assert.False(LipSyncRules.CheckAudio(Read(file), "a.mp3").IsFit());
    }

    [Fact]
    public void Trap07_a_tag_larger_than_the_sound_repeated_and_with_a_footer_is_stepped_over()
    {
        byte[] withFooter = [.. Id3v2(3000), .. "3DI"u8, .. new byte[7]];
        (withFooter[3], withFooter[5]) = (4, 0x10);
        MediaFacts facts = Read(Join([Id3v2(4_000_000), withFooter, Id3v2(10), .. Frames(100)]));
        Near(Mp3Frames100, facts.CountedDuration);
        Assert.Empty(facts.Problems);
        Assert.True(Read(Id3v2(200_000_000)[..64]).IsTruncated);
    }

    [Theory]
    [InlineData(0xFD, "mp2")]
    [InlineData(0xFF, "mp1")]
    public void Other_layers_are_named_and_warned_about(byte second, string codec)
    {
        int length = second == 0xFD ? 144 * 160_000 / 44_100 : 4 * (12 * 288_000 / 44_100);
        byte[] frame = new byte[length];
        (frame[0], frame[1], frame[2]) = (0xFF, second, 0x90);
        MediaFacts facts = Read(Join(Enumerable.Repeat(frame, 400)));
        Assert.Equal((MediaContainer.Mp3, codec), (facts.Container, facts.AudioCodec));
        Assert.Equal(MediaVerdict.Warn, LipSyncRules.CheckAudio(facts, "a.mp3").Verdict());
    }

    [Theory]
    [InlineData(76, MediaSeverity.Refuse)] // 1.985 s, encoded from 1.95 s
    [InlineData(77, null)] // 2.011 s
    [InlineData(2296, null)] // 59.977 s
    [InlineData(2298, MediaSeverity.Warn)] // 60.029 s, encoded from 60 s
    [InlineData(2300, MediaSeverity.Warn)] // 60.082 s
    [InlineData(2301, MediaSeverity.Refuse)] // 60.108 s
    [InlineData(2339, MediaSeverity.Refuse)] // 61.1 s, encoded from 61 s
    public void Trap08_the_padding_of_mp3_is_forgiven_at_the_upper_limit_alone(int frames, MediaSeverity? severity)
        => Assert.Equal(severity, LipSyncRules.CheckAudio(Read(Join([XingFrame((uint)frames), .. Frames(frames, 5)])), "a.mp3").SingleOrDefault()?.Severity);
}
