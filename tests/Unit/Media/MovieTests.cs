using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

public class MovieTests
{
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

    [Fact]
    public void A_movie_header_of_64_bits_or_without_an_end_is_understood()
    {
        Mp4Builder builder = TestMedia.Clip(5);
        builder.HeaderFirst = false;
        byte[] file = builder.Build();
        int moov = file.AsSpan().IndexOf("moov"u8) - 4;
        byte[] large = [.. file[..moov], 0, 0, 0, 1, .. "moov"u8, .. new ByteWriter().Big64((ulong)(file.Length - moov + 8)).ToArray(), .. file[(moov + 8)..]];
        file.AsSpan(moov, 4).Clear();
        foreach (byte[] shape in (byte[][])[file, large])
        {
            Assert.Equal((S(5), S(5), 1280), (Read(shape).FormatDuration, Read(shape).VideoDuration, Read(shape).Width));
            Assert.Empty(Read(shape).Problems);
        }
    }
}
