using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Media;

public class MovieReaderTests
{
    internal static MediaFacts Read(byte[] file) => MediaReader.Read(new MemoryStream(file));

    internal static MediaFacts Read(Mp4Builder builder) => Read(builder.Build());

    internal static TimeSpan S(double seconds) => TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));

    private static void Refused(MediaFacts facts, string part)
        => Assert.Contains(facts.Problems, problem => problem.Severity == MediaSeverity.Refuse && problem.Text.Contains(part, StringComparison.Ordinal));

    private static void Warned(MediaFacts facts, string part)
        => Assert.Contains(facts.Problems, problem => problem.Severity == MediaSeverity.Warn && problem.Text.Contains(part, StringComparison.Ordinal));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_plain_clip_says_everything_wherever_its_header_is(bool headerFirst)
    {
        Mp4Builder builder = TestMedia.Clip(5, 1280, 720);
        builder.HeaderFirst = headerFirst;
        builder.Tracks.Add(Mp4Track.Sound(5));
        byte[] file = builder.Build();

        MediaFacts facts = Read(file);

        Assert.Equal(
            new MediaFacts
            {
                Container = MediaContainer.Mp4,
                Brand = "isom",
                FormatDuration = S(5),
                VideoDuration = S(5),
                AudioDuration = S(5),
                CountedDuration = S(5),
                Width = 1280,
                Height = 720,
                DisplayWidth = 1280,
                DisplayHeight = 720,
                VideoCodec = "h264",
                AudioCodec = "aac",
                VideoTracks = 1,
                AudioTracks = 1,
                Length = file.Length,
                Problems = facts.Problems,
            },
            facts);
        Assert.Empty(facts.Problems);
        Assert.Equal(S(5), facts.CautiousDuration);
    }

    [Fact]
    public void The_stream_is_read_from_its_start_and_left_open()
    {
        var stream = new MemoryStream(TestMedia.Mp4(3));
        stream.Position = stream.Length;
        Assert.Equal(S(3), MediaReader.Read(stream).VideoDuration);
        Assert.True(stream.CanRead);
    }

    [Theory]
    [InlineData("qt", MediaContainer.Mov)]
    [InlineData("mp42", MediaContainer.Mp4)]
    [InlineData("M4V", MediaContainer.Mp4)]
    [InlineData("M4A", MediaContainer.M4a)]
    [InlineData(null, MediaContainer.Mov)]
    public void Trap11_the_brand_tells_the_container_and_an_old_movie_has_none(string? brand, MediaContainer container)
    {
        Mp4Builder builder = TestMedia.Clip(brand: "isom");
        builder.Brand = brand;
        Assert.Equal(container, Read(builder).Container);
        Assert.Equal(brand, Read(builder).Brand);
    }

    [Theory]
    [InlineData(0x10000, 0, 0, 0x10000, 0, 1280, 720)]
    [InlineData(0, 0x10000, -0x10000, 0, 90, 720, 1280)]
    [InlineData(-0x10000, 0, 0, -0x10000, 180, 1280, 720)]
    [InlineData(0, -0x10000, 0x10000, 0, 270, 720, 1280)]
    [InlineData(0, 0, 0, 0, 0, 1280, 720)]
    public void Trap01_rotation_is_clockwise_and_swaps_what_is_shown(int a, int b, int c, int d, int rotation, int width, int height)
    {
        Mp4Builder builder = TestMedia.Clip();
        builder.Tracks[0] = builder.Tracks[0] with { Matrix = (a, b, c, d) };
        MediaFacts facts = Read(builder);
        Assert.Equal((rotation, 1280, 720), (facts.Rotation, facts.Width, facts.Height));
        Assert.Equal((width, height), (facts.DisplayWidth, facts.DisplayHeight));
        Assert.Empty(facts.Problems);
    }

    [Fact]
    public void Trap01_a_turn_by_45_degrees_is_flagged_and_a_mirror_noted()
    {
        Mp4Builder builder = TestMedia.Clip();
        builder.Tracks[0] = builder.Tracks[0] with { Matrix = (46341, 46341, -46341, 46341) };
        Warned(Read(builder), "45 degrees");

        builder.Tracks[0] = builder.Tracks[0] with { Matrix = (-0x10000, 0, 0, 0x10000) };
        MediaFacts mirrored = Read(builder);
        Assert.Equal(0, mirrored.Rotation);
        Assert.Equal(MediaSeverity.Note, Assert.Single(mirrored.Problems).Severity);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Trap02_a_fragmented_file_lasts_until_its_last_fragment_ends(bool byDefault)
    {
        var builder = new Mp4Builder { Brand = "iso5", Payload = [] };
        builder.Tracks.Add(Mp4Track.Video(0, 1280, 720) with { Frames = [] });
        builder.FragmentDefault = byDefault ? 512u : null;
        builder.Fragments.Add((1, 0, [.. Enumerable.Repeat(512u, 75)]));
        builder.Fragments.Add((1, 75 * 512, [.. Enumerable.Repeat(512u, 50)]));
        builder.Fragments.Add((1, null, [.. Enumerable.Repeat(512u, 25)]));

        MediaFacts facts = Read(builder);

        Assert.True(facts.IsFragmented);
        Assert.Equal((S(6), S(6), S(6)), (facts.FormatDuration, facts.VideoDuration, facts.CountedDuration));
        Assert.Empty(facts.Problems);
    }

    [Fact]
    public void Trap02_a_shifted_start_makes_a_fragmented_file_longer_than_its_frames()
    {
        var builder = new Mp4Builder { Brand = "iso5", Payload = [] };
        builder.Tracks.Add(Mp4Track.Video(0, 1280, 720) with { Frames = [] });
        builder.Fragments.Add((1, 256, [.. Enumerable.Repeat(512u, 125)]));
        MediaFacts facts = Read(builder);
        Assert.Equal((S(5), S(5.02), S(5)), (facts.FormatDuration, facts.VideoDuration, facts.CountedDuration));
        Assert.Equal(S(5.02), facts.CautiousDuration);
    }

    [Fact]
    public void Trap02_a_segment_without_its_header_is_refused()
    {
        var builder = new Mp4Builder { Brand = "iso5", Payload = [] };
        builder.Tracks.Add(Mp4Track.Video(0, 1280, 720) with { Frames = [] });
        builder.Fragments.Add((1, 0, [512]));
        byte[] file = builder.Build();
        int moof = file.AsSpan().IndexOf("moof"u8) - 4;
        Refused(Read(file[moof..]), "without the movie header");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Trap03_an_edit_list_hides_frames_and_that_is_only_noted(bool isWide)
    {
        Mp4Builder builder = TestMedia.Clip(4.5);
        builder.Stated = 4000;
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [(4000, 6400)], IsWide = isWide };
        MediaFacts facts = Read(builder);
        Assert.Equal((S(4), S(4), S(4.5)), (facts.FormatDuration, facts.VideoDuration, facts.CountedDuration));
        Assert.Equal(MediaSeverity.Note, Assert.Single(facts.Problems).Severity);
        Assert.Equal(S(4.5), facts.CautiousDuration);
    }

    [Fact]
    public void Trap03_a_delay_counts_for_the_format_only()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Stated = 6500;
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [(1500, -1), (5000, 0)] };
        MediaFacts facts = Read(builder);
        Assert.Equal((S(6.5), S(5), S(5)), (facts.FormatDuration, facts.VideoDuration, facts.CountedDuration));
        Assert.Empty(facts.Problems);
    }

    [Fact]
    public void Trap03_edits_that_play_more_than_there_is_are_refused_and_empty_ones_ignored()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Stated = 25_000;
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [.. Enumerable.Repeat((5000ul, 0L), 5)] };
        Refused(Read(builder), "Its edit list plays 25 s");

        builder.Stated = 5000;
        builder.Tracks[0] = builder.Tracks[0] with { Edits = [(0, 0)] };
        Assert.Equal(S(5), Read(builder).VideoDuration);
        Assert.Empty(Read(builder).Problems);
    }

    [Fact]
    public void Trap04_headers_that_lie_are_caught_by_the_frames()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Stated = 2000;
        builder.Tracks[0] = builder.Tracks[0] with { Stated = 2 * 12_800 };
        MediaFacts facts = Read(builder);
        Refused(facts, "states 2 s, and its frames add up to 5 s");
        Assert.Equal(S(5), facts.CautiousDuration);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void Trap04_zero_and_all_ones_mean_unknown(uint stated)
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Stated = stated;
        MediaFacts facts = Read(builder);
        Assert.Null(facts.FormatDuration);
        Assert.Equal(S(5), facts.CautiousDuration);
        Warned(facts, "states no duration");

        builder.Tracks[0] = builder.Tracks[0] with { Stated = stated };
        Assert.Equal(S(5), Read(builder).VideoDuration);
    }

    [Fact]
    public void Trap05_the_coded_size_comes_from_the_sample_description_and_the_shown_one_from_the_pixel_aspect()
    {
        Mp4Builder builder = TestMedia.Clip(4, 1440, 1080);
        builder.Tracks[0] = builder.Tracks[0] with { PixelAspect = (4, 3), HeaderSize = (1920, 1080) };
        MediaFacts facts = Read(builder);
        Assert.Equal((1440, 1080, 1920, 1080), (facts.Width, facts.Height, facts.DisplayWidth, facts.DisplayHeight));

        builder.Tracks[0] = builder.Tracks[0] with { PixelAspect = null, HeaderSize = (0, 0) };
        Assert.Equal((1440, 1440), (Read(builder).Width, Read(builder).DisplayWidth));
        Assert.Equal(1080, Read(builder).DisplayHeight);
    }

    [Fact]
    public void Trap05_the_stream_itself_knows_its_size_better_than_the_header()
    {
        // x264's parameters of a 1280x720 picture.
        byte[] parameters = Convert.FromHexString("6764001facd9405005bb016a02020280000003008000001e478c18cb");
        byte[] avcC = new ByteWriter().Bytes(1, 0x64, 0, 0x1F, 0xFF, 0xE1).Big16(parameters.Length).Bytes(parameters).ToArray();
        Mp4Builder builder = TestMedia.Clip(4, 640, 360);
        builder.Tracks[0] = builder.Tracks[0] with { DescriptionBoxes = ByteWriter.Box("avcC", avcC) };
        MediaFacts facts = Read(builder);
        Assert.Equal((1280, 720), (facts.Width, facts.Height));
        Warned(facts, "states 640x360 pixels and its H.264 stream 1280x720");
    }

    [Fact]
    public void Trap06_a_file_cut_in_half_is_noticed_although_its_header_is_whole()
    {
        byte[] file = TestMedia.Mp4(5, bytes: 20_000);
        MediaFacts facts = Read(file[..10_000]);
        Assert.True(facts.IsTruncated);
        Assert.Equal(S(5), facts.VideoDuration);
        Refused(facts, "cut off");
    }

    [Fact]
    public void Trap06_a_file_cut_before_its_header_has_none()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.HeaderFirst = false;
        builder.Payload = new byte[5000];
        MediaFacts facts = Read(builder.Build()[..4000]);
        Assert.True(facts.IsTruncated);
        Refused(facts, "no movie header");
    }

    [Fact]
    public void Trap06_a_header_cut_in_its_middle_and_missing_media_data_are_noticed()
    {
        byte[] file = TestMedia.Mp4(5);
        Assert.True(Read(file[..200]).IsTruncated);
        int mdat = file.AsSpan().IndexOf("mdat"u8) - 4;
        MediaFacts headersOnly = Read(file[..mdat]);
        Assert.True(headersOnly.IsTruncated);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Sizes_in_64_bits_and_open_ends_are_understood(bool isLarge, bool isOpen)
    {
        Mp4Builder builder = TestMedia.Clip(5);
        (builder.IsLargeMdat, builder.IsOpenMdat, builder.IsWide) = (isLarge, isOpen, true);
        builder.Tracks[0] = builder.Tracks[0] with { IsWide = true };
        MediaFacts facts = Read(builder);
        Assert.Equal((S(5), S(5)), (facts.FormatDuration, facts.VideoDuration));
        Assert.Empty(facts.Problems);
    }

    [Fact]
    public void Boxes_in_any_order_are_understood()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Tracks[0] = builder.Tracks[0] with { IsBackwards = true };
        Assert.Equal((1280, "h264"), (Read(builder).Width, Read(builder).VideoCodec));
    }

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
    public void Trap15_mp4a_may_be_mp3(byte objectType, string codec)
    {
        byte[] esds = ByteWriter.Box("esds", new ByteWriter().Big32(0).Bytes(3, 0x80, 0x80, 0x80, 25, 0, 1, 0, 4, 17, objectType).Zeros(12).ToArray());
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Tracks.Add(Mp4Track.Sound(5) with { DescriptionBoxes = esds });
        Assert.Equal(codec, Read(builder).AudioCodec);
    }

    [Fact]
    public void Fractions_of_a_tick_round_up_so_that_nothing_above_a_limit_reads_as_on_it()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        (builder.Clock, builder.Stated) = (90_000_000, 450_000_001);
        Assert.Equal(S(5) + TimeSpan.FromTicks(1), Read(builder).FormatDuration);
    }

    [Theory]
    [InlineData("mvhd")]
    [InlineData("mdhd")]
    [InlineData("stts")]
    [InlineData("stsd")]
    [InlineData("tkhd")]
    public void A_box_too_short_for_its_content_is_one_plain_sentence(string type)
    {
        byte[] file = TestMedia.Mp4(5);
        int at = file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(type)) - 4;
        file[at] = file[at + 1] = file[at + 2] = 0;
        file[at + 3] = 9;
        MediaFacts facts = Read(file);
        Assert.Contains(facts.Problems, problem => problem.Severity == MediaSeverity.Refuse && problem.Text.EndsWith('.'));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(4u)]
    [InlineData(7u)]
    [InlineData(0xFFFFFFFFu)]
    public void A_child_of_impossible_size_ends_the_reading_with_a_sentence(uint size)
    {
        byte[] file = TestMedia.Mp4(5);
        int at = file.AsSpan().IndexOf("trak"u8) - 4;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at), size);
        MediaFacts facts = Read(file);
        Assert.Equal(S(5), facts.FormatDuration);
        Assert.Equal(size != 0, facts.Problems.Any(problem => problem.Severity == MediaSeverity.Refuse));
    }

    [Fact]
    public void A_table_that_claims_billions_of_rows_is_refused_before_it_is_walked()
    {
        byte[] file = TestMedia.Mp4(5);
        int at = file.AsSpan().IndexOf("stts"u8) + 8;
        file.AsSpan(at, 4).Fill(0xFF);
        Refused(Read(file), "'stts' claims 4294967295 rows");
    }

    [Fact]
    public void A_clock_that_stands_still_and_frames_without_end_make_no_NaN_and_no_overflow()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Clock = 0;
        builder.Tracks[0] = builder.Tracks[0] with { Clock = 0 };
        Assert.Null(Read(builder).CautiousDuration);
        Refused(Read(builder), "no or of endless duration");

        builder.Tracks[0] = builder.Tracks[0] with { Clock = 1, Frames = [.. Enumerable.Repeat((uint.MaxValue, uint.MaxValue), 8)] };
        Assert.Null(Read(builder).CountedDuration);
    }

    [Fact]
    public void Thousands_of_boxes_in_each_other_or_in_a_row_cost_nothing()
    {
        byte[] nested = [];
        for (int i = 0; i < 2000; i++)
        {
            nested = ByteWriter.Box("trak", nested);
        }

        Mp4Builder builder = TestMedia.Clip(5);
        builder.MovieBoxes = nested;
        Assert.Equal(S(5), Read(builder).VideoDuration);

        byte[] empty = ByteWriter.Box("free");
        builder.MovieBoxes = SoundBuilder.Join(Enumerable.Repeat(empty, 5000));
        Refused(Read(builder), "more than 4096 boxes");

        builder.MovieBoxes = [];
        builder.Trailer = SoundBuilder.Join(Enumerable.Repeat(empty, 30_000));
        Refused(Read(builder), "more than 20000 top boxes");

        builder.Trailer = [];
        builder.MovieBoxes = SoundBuilder.Join(Enumerable.Repeat(ByteWriter.Box("trak"), 40));
        Refused(Read(builder), "more than 32 tracks");
    }

    [Fact]
    public void Box_names_are_safe_to_print()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Trailer = [0x7F, 0xFF, 0xFF, 0xFF, 0x1B, (byte)'[', (byte)'3', (byte)'1'];
        MediaProblem problem = Assert.Single(Read(builder).Problems);
        Assert.DoesNotContain(problem.Text, char.IsControl);
        Assert.Contains("'?[31'", problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Padding_behind_the_last_box_is_no_defect()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.Trailer = new byte[512];
        Assert.DoesNotContain(Read(builder).Problems, problem => problem.Severity > MediaSeverity.Note);
    }

    [Fact]
    public void A_header_at_the_end_of_100_MB_costs_a_few_kilobytes()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.HeaderFirst = false;
        byte[] small = builder.Build();
        int mdat = small.AsSpan().IndexOf("mdat"u8) - 4;
        using var sparse = new SparseStream(small, mdat, 100_000_000);
        MediaFacts facts = MediaReader.Read(sparse);
        Assert.Equal(S(5), facts.VideoDuration);
        Assert.Empty(facts.Problems);
        Assert.InRange(sparse.BytesRead, 1, 16 * 1024);
    }

    [Fact]
    public void A_stream_that_fails_passes_its_own_exception_on_and_one_that_cannot_seek_is_refused()
    {
        Assert.Throws<IOException>(() => MediaReader.Read(new FailingStream(TestMedia.Mp4(5))));
        Assert.Throws<ArgumentException>(() => MediaReader.Read(new System.IO.Compression.GZipStream(new MemoryStream(), System.IO.Compression.CompressionMode.Decompress)));
    }

    private sealed class FailingStream(byte[] file) : MemoryStream(file)
    {
        public override int Read(Span<byte> buffer) => throw new IOException("The disk is gone.");
    }
}
