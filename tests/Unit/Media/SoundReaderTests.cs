using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.MovieReaderTests;
using static KlingLipSync.Tests.Unit.Media.SoundBuilder;

namespace KlingLipSync.Tests.Unit.Media;

public class SoundReaderTests
{
    private static readonly TimeSpan Mp3Frames100 = S(100 * 1152 / 44_100.0);

    private static void Refused(MediaFacts facts, string part)
        => Assert.Contains(facts.Problems, problem => problem.Severity == MediaSeverity.Refuse && problem.Text.Contains(part, StringComparison.Ordinal));

    private static void Near(TimeSpan expected, TimeSpan? actual)
        => Assert.InRange(actual!.Value, expected - TimeSpan.FromTicks(10), expected + TimeSpan.FromTicks(10));

    private static IEnumerable<byte[]> Frames(int count, int index = 9) => Enumerable.Repeat(Mp3Frame(index), count);

    [Theory]
    [InlineData(1, 1, 16_000u, 16, "pcm_s16le")]
    [InlineData(1, 2, 44_100u, 24, "pcm_s24le")]
    [InlineData(1, 1, 8_000u, 8, "pcm_u8")]
    [InlineData(3, 2, 48_000u, 32, "pcm_f32le")]
    [InlineData(6, 1, 8_000u, 8, "pcm_alaw")]
    [InlineData(7, 1, 8_000u, 8, "pcm_mulaw")]
    public void Wav_of_each_uncompressed_kind(int tag, int channels, uint rate, int bits, string codec)
    {
        byte[] data = new byte[3 * rate * channels * bits / 8];
        MediaFacts facts = Read(Wav(data, (ushort)tag, channels, rate, bits));
        Assert.Equal((MediaContainer.Wav, codec), (facts.Container, facts.AudioCodec));
        Assert.Equal((S(3), S(3), S(3)), (facts.FormatDuration, facts.AudioDuration, facts.CountedDuration));
        Assert.Equal((0, 1), (facts.VideoTracks, facts.AudioTracks));
        Assert.Empty(facts.Problems);
    }

    [Fact]
    public void Trap10_extensible_wav_hides_its_real_tag()
    {
        byte[] tail = new ByteWriter().Little16(22).Little16(24).Little32(3).Little16(1).Zeros(14).ToArray();
        MediaFacts facts = Read(Wav(new byte[3 * 48_000 * 6], 0xFFFE, 2, 48_000, 24, formatTail: tail));
        Assert.Equal(("pcm_s24le", S(3)), (facts.AudioCodec, facts.AudioDuration));
    }

    [Theory]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0u)]
    public void Trap10_a_piped_wav_goes_on_to_the_end_of_the_file(uint size)
    {
        MediaFacts facts = Read(Wav(new byte[96_000], dataSize: size));
        Assert.Equal(S(3), facts.AudioDuration);
        Assert.False(facts.IsTruncated);
        Assert.Equal(MediaSeverity.Note, Assert.Single(facts.Problems).Severity);
    }

    [Fact]
    public void Trap10_rf64_keeps_its_size_elsewhere()
    {
        byte[] ds64 = Chunk("ds64", new ByteWriter().Little64(96_100).Little64(96_000).Little64(48_000).Little32(0).ToArray());
        byte[] file = Join(Wav(new byte[96_000], dataSize: 0xFFFFFFFF, form: "RF64", chunksBefore: ds64), Chunk("LIST", new byte[32_000]));
        Assert.Equal(S(3), Read(file).AudioDuration);
        Assert.Empty(Read(file).Problems);
    }

    [Fact]
    public void Trap10_a_lying_byte_rate_is_seen_through_and_a_fact_chunk_believed()
    {
        MediaFacts lying = Read(Wav(new byte[96_000], byteRate: 16_000));
        Assert.Equal((S(3), S(6)), (lying.AudioDuration, lying.FormatDuration));
        Assert.Equal(MediaSeverity.Warn, Assert.Single(lying.Problems).Severity);

        byte[] fact = Chunk("fact", new ByteWriter().Little32(64_000).ToArray());
        MediaFacts adpcm = Read(Wav(new byte[20_000], tag: 2, bits: 4, byteRate: 3_592, chunksBefore: fact));
        Assert.Equal(("adpcm_ms", S(4)), (adpcm.AudioCodec, adpcm.AudioDuration));
    }

    [Fact]
    public void Trap06_a_cut_wav_is_noticed()
    {
        byte[] file = TestMedia.Wav(3);
        MediaFacts facts = Read(file[..50_000]);
        Assert.True(facts.IsTruncated);
        Assert.Equal(S(3), facts.FormatDuration);
        Assert.True(facts.AudioDuration < S(2));
        Assert.True(Read(file[..40]).IsTruncated);
        Assert.Contains(Read(file[..30]).Problems, problem => problem.Severity == MediaSeverity.Refuse);
    }

    [Fact]
    public void Odd_chunks_many_chunks_and_no_format_are_handled()
    {
        Assert.Equal(S(3), Read(Wav(new byte[96_000], chunksBefore: Chunk("LIST", new byte[7]))).AudioDuration);
        byte[] many = Join(Enumerable.Repeat(Chunk("junk", []), 1500));
        Refused(Read(Wav(new byte[96_000], chunksBefore: many)), "more than 1000 chunks");
        Refused(Read(Wav(new byte[96_000], channels: 0)), "how its sound is coded");
        Refused(Read(Wav(new byte[96_000], rate: 0)), "how its sound is coded");
        Refused(Read(Wav(new byte[96_000], form: "RIFX")), "big-endian");
    }

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
    public void Trap09_adts_is_counted_and_not_estimated()
    {
        MediaFacts facts = Read(Join([.. Enumerable.Range(0, 200).Select(i => AdtsFrame(100 + i))]));
        Assert.Equal((MediaContainer.Aac, "aac"), (facts.Container, facts.AudioCodec));
        Near(S(200 * 1024 / 44_100.0), facts.AudioDuration);
        Assert.Empty(facts.Problems);
    }

    [Fact]
    public void Trap06_a_cut_adts_and_a_tag_without_sound_are_noticed()
    {
        byte[] file = TestMedia.Aac(3);
        Assert.True(Read(file[..^50]).IsTruncated);
        Assert.True(Read(Id3v2(3000)[..1000]).IsTruncated);
        Refused(Read(Join(Id3v2(3000), new byte[3000])), "no sound behind it");
    }

    [Fact]
    public void A_sound_too_large_to_be_taken_is_not_walked()
    {
        byte[] file = Join(Frames(13_000));
        MediaFacts facts = Read(file);
        Assert.Null(facts.CountedDuration);
        Assert.InRange(facts.FormatDuration!.Value, S(338), S(341));
    }
}
