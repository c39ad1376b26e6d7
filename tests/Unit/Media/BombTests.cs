using System.Buffers.Binary;
using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;
using static KlingLipSync.Tests.Unit.Media.SoundBuilder;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>Files made to cost time or memory. Each is held to the bounds of any file by <see cref="BoundedReading"/>.</summary>
[Collection(nameof(Heavy))]
public class BombTests
{
    private static MediaFacts Read(byte[] file) => BoundedReading.Read(file);

    /// <summary>Boxes in each other, the outermost first.</summary>
    private static byte[] Nest(int depth, params string[] types)
    {
        var nest = new ByteWriter();
        for (int i = 0; i < depth; i++)
        {
            nest.Big32((uint)(8 * (depth - i))).Text(types[Math.Min(i, types.Length - 1)]);
        }

        return nest.ToArray();
    }

    private static byte[] Repeat(byte[] piece, int times)
    {
        byte[] row = new byte[piece.Length * times];
        for (int i = 0; i < times; i++)
        {
            piece.CopyTo(row, i * piece.Length);
        }

        return row;
    }

    [Theory]
    [InlineData("moov")]
    [InlineData("moov", "trak")]
    [InlineData("moov", "trak", "mdia")]
    [InlineData("moov", "trak", "mdia", "minf")]
    [InlineData("moov", "trak", "mdia", "minf", "stbl")]
    [InlineData("moov", "trak", "edts")]
    [InlineData("moov", "mvex")]
    [InlineData("moof", "traf")]
    [InlineData("mdat", "moov")]
    public void Twenty_thousand_boxes_in_each_other(params string[] types)
        => Assert.False(LipSyncRules.CheckVideo(Read(Nest(20_000, types)), "a.mp4").IsFit());

    [Theory]
    [InlineData("wave")]
    [InlineData("sinf")]
    [InlineData("avcC")]
    [InlineData("esds")]
    public void Twenty_thousand_boxes_in_a_sample_description(string type)
    {
        Mp4Builder builder = TestMedia.Clip();
        builder.Tracks[0] = builder.Tracks[0] with { DescriptionBoxes = Nest(20_000, type) };
        builder.Tracks.Add(Mp4Track.Sound(4) with { DescriptionBoxes = Nest(20_000, type) });
        Read(builder.Build());
    }

    [Theory]
    [InlineData("stts")]
    [InlineData("stco")]
    [InlineData("elst")]
    [InlineData("stsd")]
    [InlineData("stsz")]
    public void A_table_that_claims_four_billion_rows(string table)
    {
        Mp4Builder builder = TestMedia.Clip();
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [(4000, 0)] };
        byte[] file = builder.Build();
        file.AsSpan(file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(table)) + 8, 4).Fill(0xFF);
        bool isRefused = !LipSyncRules.CheckVideo(Read(file), "a.mp4").IsFit();

        // The number of descriptions and the sizes of frames are not asked for.
        Assert.Equal(table is not ("stsd" or "stsz"), isRefused);
    }

    [Fact]
    public void A_chunk_table_in_64_bits_that_points_to_the_end_of_the_world()
    {
        byte[] file = TestMedia.Mp4();
        int at = file.AsSpan().IndexOf("stsz"u8) - 4;
        ByteWriter.Box("co64", new ByteWriter().Big32(0).Big32(1).ToArray())[4..].CopyTo(file.AsSpan(at + 4));
        Refused(Read(file), "'co64' claims 1 rows");

        Mp4Builder builder = TestMedia.Clip();
        byte[] honest = builder.Build();
        BinaryPrimitives.WriteUInt32BigEndian(honest.AsSpan(honest.AsSpan().IndexOf("stco"u8) + 12), uint.MaxValue);
        Assert.True(Read(honest).IsTruncated);
    }

    [Theory]
    [InlineData(1_000_000, false)]
    [InlineData(1_900_000, false)]
    [InlineData(2_200_000, true)]
    public void A_movie_header_of_many_megabytes(int rows, bool isTooMuch)
    {
        Mp4Builder builder = TestMedia.Clip();
        builder.Tracks[0] = builder.Tracks[0] with { Stated = 100ul * (ulong)rows, Frames = new (uint, uint)[rows].Select(_ => (1u, 100u)).ToArray() };
        MediaFacts facts = Read(builder.Build());
        Assert.Equal(isTooMuch, facts.Problems.Any(problem => problem.Text.Contains("16 MB", StringComparison.Ordinal)));
        Assert.NotNull(facts.VideoDuration);
    }

    [Fact]
    public void Two_million_fragments_of_tracks_in_five_hundred_fragments()
    {
        byte[] head = TestMedia.Mp4();
        byte[] moof = ByteWriter.Box("moof", Repeat(ByteWriter.Box("traf"), 4090));
        Read([.. head, .. Repeat(moof, 500)]);
    }

    [Fact]
    public void Twenty_thousand_fragments_of_one_frame()
    {
        var builder = new Mp4Builder { Brand = "iso5", Payload = [] };
        builder.Tracks.Add(Mp4Track.Video(0, 1280, 720) with { Frames = [] });
        builder.Fragments.Add((1, null, [1]));
        byte[] one = builder.Build();
        byte[] fragment = one[(one.AsSpan().IndexOf("moof"u8) - 4)..];
        MediaFacts facts = Read([.. one, .. Repeat(fragment, 9_900)]);
        Near(S(9_901 / 12_800.0), facts.CountedDuration);
        Refused(Read([.. one, .. Repeat(fragment, 19_000)]), "more than 20000 top boxes");
    }

    [Fact]
    public void Boxes_of_four_kilobytes_so_that_each_takes_a_read()
    {
        byte[] box = ByteWriter.Box("free", new byte[4200]);
        Refused(Read([.. TestMedia.Mp4(), .. Repeat(box, 6000)]), "16 MB");
    }

    [Fact]
    public void A_million_samples_in_frames_of_billions_of_seconds()
    {
        Mp4Builder builder = TestMedia.Clip();

        // On the very edge of a time span: 2^63-1 ticks at a clock of a tick.
        (uint Frames, uint Units)[] edge = [(uint.MaxValue, 0x7FFFFFFF), (1, uint.MaxValue), (1, 0x7FFFFFFF), (1, 0)];
        builder.Tracks[0] = builder.Tracks[0] with { Clock = 10_000_000, Stated = long.MaxValue, IsWide = true, Frames = edge, Edits = [(ulong.MaxValue, 0)] };
        (builder.Clock, builder.Stated, builder.IsWide) = (10_000_000, long.MaxValue - 3, true);
        Assert.False(LipSyncRules.CheckVideo(Read(builder.Build()), "a.mp4").IsFit());

        builder.Tracks[0] = builder.Tracks[0] with { Stated = long.MaxValue / 2, Frames = [(uint.MaxValue, 0x40000000)], Edits = [(long.MaxValue / 2, 0)] };
        builder.Stated = long.MaxValue / 2;
        Assert.False(LipSyncRules.CheckVideo(Read(builder.Build()), "a.mp4").IsFit());
        Assert.True(LipSyncPrice.Total(Enumerable.Repeat(LipSyncPrice.Quote(Read(builder.Build())), 5)).MicroUsd > 0);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(8ul)]
    [InlineData(15ul)]
    [InlineData(16ul)]
    [InlineData(0x7FFFFFFFFFFFFFFFul)]
    [InlineData(0x8000000000000000ul)]
    [InlineData(0xFFFFFFFFFFFFFFF0ul)]
    [InlineData(0xFFFFFFFFFFFFFFFFul)]
    public void A_size_in_64_bits_that_would_lead_back_or_round_the_world(ulong size)
    {
        byte[] head = TestMedia.Mp4();
        byte[] box = new ByteWriter().Big32(1).Text("free").Big64(size).ToArray();
        Read([.. head, .. Repeat(box, 3)]);
        Read([.. box, .. head]);
        Mp4Builder inside = TestMedia.Clip();
        inside.MovieBoxes = box;
        Read(inside.Build());
    }

    [Fact]
    public void A_thousand_chunks_a_hundred_thousand_tags_and_a_tag_of_a_quarter_gigabyte()
    {
        Refused(Read(Wav(new byte[100], chunksBefore: Repeat(Chunk("junk", []), 100_000))), "more than 1000 chunks");
        Read(Repeat(Id3v2(0), 100_000));
        Assert.True(Read([.. Id3v2(0), .. "ID3"u8, 3, 0, 0, 0x7F, 0x7F, 0x7F, 0x7F, 0]).IsTruncated);
        byte[] huge = new ByteWriter().Text("RIFF").Little32(100).Text("WAVE").Text("junk").Little32(uint.MaxValue).Zeros(64).ToArray();
        Assert.True(Read(huge).IsTruncated);
    }

    [Fact]
    public void The_smallest_frames_there_are_up_to_the_largest_sound()
    {
        byte[] smallest = AdtsFrame(7);
        MediaFacts facts = Read(Repeat(smallest, 5 * 1024 * 1024 / 7));
        Near(S(5 * 1024 * 1024 / 7 * 1024L / 44_100.0), facts.CountedDuration);
        Read(Repeat(Mp3Frame(1), 5 * 1024 * 1024 / Mp3Frame(1).Length));
    }

    [Fact]
    public void Frames_that_lose_their_sync_again_and_again()
    {
        byte[] inARow = Join(Enumerable.Repeat(Mp3Frame(1), 3));
        foreach (int junk in (int[])[1, 3000, 30_000])
        {
            Read(Repeat([.. inARow, .. new byte[junk]], 5 * 1024 * 1024 / (inARow.Length + junk)));
        }

        // Headers at every fourth byte: each is a candidate whose next frame is not there, far enough away to move the window.
        Read(Repeat([0xFF, 0xFB, 0xE0, 0x44], 1_000_000));
        Read([.. Id3v2(0), .. Repeat([0xFF, 0xFB, 0xE0, 0x44, 0], 1_000_000)]);
        Read(Repeat([0xFF, 0xF1, 0x50, 0x83, 0xFF, 0xFF, 0xFC, 0], 600_000));
    }

    [Fact]
    public void A_stream_that_is_shorter_than_it_says_or_hands_out_a_byte_at_a_time()
    {
        MediaFacts facts = MediaReader.Read(new BoastingStream(TestMedia.Mp4(4, bytes: 9000)));
        Assert.Contains(facts.Problems, problem => problem.Severity == MediaSeverity.Refuse);

        byte[] sound = TestMedia.Mp3(30);
        MediaFacts expected = MediaReader.Read(new MemoryStream(sound));
        MediaFacts slow = MediaReader.Read(new DribblingStream(sound));
        Assert.Equal((expected.CountedDuration, 0), (slow.CountedDuration, slow.Problems.Count));
    }

    private sealed class BoastingStream(byte[] file) : MemoryStream(file)
    {
        public override long Length => 1L << 40;
    }

    private sealed class DribblingStream(byte[] file) : MemoryStream(file)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
