using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;
using static KlingLipSync.Tests.Unit.Media.SoundBuilder;

namespace KlingLipSync.Tests.Unit.Media;

public class WavReaderTests
{
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
    public void Trap10_extensible_wav_may_hide_floats()
    {
        byte[] tail = new ByteWriter().Little16(22).Little16(32).Little32(3).Little16(3).Zeros(14).ToArray();
        MediaFacts facts = Read(Wav(new byte[3 * 48_000 * 8], 0xFFFE, 2, 48_000, 32, formatTail: tail));
        Assert.Equal(("pcm_f32le", S(3)), (facts.AudioCodec, facts.AudioDuration));
        Assert.Empty(LipSyncRules.CheckAudio(facts, "a.wav"));
    }

    [Theory]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x7FFFF000u)]
    public void Trap10_what_ffmpeg_and_sox_write_into_a_pipe_has_other_chunks_before(uint size)
    {
        byte[] list = Chunk("LIST", [.. "INFOISFT"u8, 14, 0, 0, 0, .. "Lavf59.27.100\0"u8]);
        MediaFacts facts = Read(Wav(new byte[96_000], dataSize: size, chunksBefore: list));
        Assert.Equal((S(3), S(3), S(3)), (facts.FormatDuration, facts.AudioDuration, facts.CountedDuration));
        Assert.Equal(MediaVerdict.Fit, LipSyncRules.CheckAudio(facts, "a.wav").Verdict());
    }

    [Theory]
    [InlineData("RF64")]
    [InlineData("BW64")]
    public void Trap10_a_cut_rf64_is_noticed_by_its_wide_size(string form)
    {
        byte[] ds64 = Chunk("ds64", new ByteWriter().Little64(96_100).Little64(96_000).Little64(48_000).Little32(0).ToArray());
        byte[] file = Wav(new byte[96_000], dataSize: 0xFFFFFFFF, form: form, chunksBefore: ds64);
        Assert.Equal(S(3), Read(file).AudioDuration);
        Assert.True(Read(file[..50_000]).IsTruncated);

        byte[] endless = Chunk("ds64", new ByteWriter().Little64(ulong.MaxValue).Little64(ulong.MaxValue).Little64(0).Little32(0).ToArray());
        Assert.True(Read(Wav(new byte[96_000], dataSize: 0xFFFFFFFF, form: form, chunksBefore: endless)).IsTruncated);
    }

    [Fact]
    public void Trap10_the_blocks_of_adpcm_hold_a_lying_fact_chunk_to_account()
    {
        // 40 blocks of 1012 samples for each of two channels, as FFmpeg makes them.
        static byte[] Adpcm(uint? stated)
        {
            byte[] tail = new ByteWriter().Little16(32).Little16(1012).Zeros(30).ToArray();
            byte[] fact = stated is { } samples ? Chunk("fact", new ByteWriter().Little32(samples).ToArray()) : [];
            byte[] file = Wav(new byte[40 * 1024], tag: 2, channels: 2, rate: 10_120, bits: 4, chunksBefore: fact, formatTail: tail);
            file.AsSpan()[(file.AsSpan().IndexOf("fmt "u8) + 20)..][0] = 0;
            file.AsSpan()[(file.AsSpan().IndexOf("fmt "u8) + 20)..][1] = 4;
            return file;
        }

        Assert.Equal(S(4), Read(Adpcm(null)).AudioDuration);
        Assert.Equal(S(3.95), Read(Adpcm(39_974)).AudioDuration);
        MediaFacts lying = Read(Adpcm(10_120 * 60));
        Assert.Equal((S(60), S(4), S(4)), (lying.FormatDuration, lying.AudioDuration, lying.CountedDuration));
        Warned(lying, "fact chunk states 60 s");
    }

    [Fact]
    public void Trap10_mp3_in_wav_goes_by_its_fact_chunk()
    {
        byte[] fact = Chunk("fact", new ByteWriter().Little32(48_000).ToArray());
        MediaFacts facts = Read(Wav(new byte[20_000], tag: 0x55, bits: 0, byteRate: 4_000, chunksBefore: fact));
        Assert.Equal(("mp3", S(3)), (facts.AudioCodec, facts.AudioDuration));
        Assert.Equal("Codec", Assert.Single(LipSyncRules.CheckAudio(facts, "a.wav")).Rule);
    }
}
