using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

public class PictureSizeTests
{
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

    /// <summary>Parameter sets as x264 writes them, for the pictures that FFmpeg's names in the comments ask for.</summary>
    [Theory]
    [InlineData("6764001facd9405005bb011000000300100000030140f1831960", 1280, 720)] // High
    [InlineData("67640028acd940780227e5c044000003000400000300503c60c658", 1920, 1080)] // cropped from 1088
    [InlineData("67640028acd94078044fde022000000300200000030283e2c5b2c0", 1920, 1080)] // interlaced: in fields
    [InlineData("6742c01fd900b40a1b011000000300100000030140f1832480", 720, 1280)] // Baseline
    [InlineData("674d4028eca02201e3cbe022000003000200000300281e30632c", 1080, 1920)] // Main
    [InlineData("676e0028a6cd940780227a9b011000000300100000030140f1831960", 1918, 1078)] // High 10, cropped both ways
    [InlineData("677a001fbcd940fc16f97c0440000003004000000503c60c6580", 1000, 720)] // 4:2:2
    [InlineData("67f4001f919b281682df778088000003000800000300a078c18cb0", 718, 718)] // 4:4:4, asked for 719
    [InlineData("67640016f3650360f78bf016c8000003000800000300a078b16cb0", 854, 480)] // grey
    public void Trap05_the_size_is_read_from_the_parameter_set_with_its_cropping(string parameters, int width, int height)
    {
        Mp4Builder builder = TestMedia.Clip(4, 64, 64);
        builder.Tracks[0] = builder.Tracks[0] with { DescriptionBoxes = AvcC(Convert.FromHexString(parameters)) };
        Assert.Equal((width, height), (Read(builder).Width, Read(builder).Height));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Trap05_scaling_lists_and_every_picture_order_are_stepped_over(uint pictureOrder)
    {
        var bits = new BitWriter().Bits(0x67, 8).Bits(100, 8).Bits(0, 8).Bits(31, 8).Number(0).Number(1).Number(0).Number(0).Bits(0, 1).Bits(1, 1);
        for (int list = 0; list < 8; list++)
        {
            // A list that is there, with one difference and then the end mark; every other one is not there.
            bits.Bits(list % 2 == 0 ? 1u : 0, 1);
            bits = list % 2 == 0 ? bits.Signed(3).Signed(-11) : bits;
        }

        bits.Number(0).Number(pictureOrder);
        bits = pictureOrder switch
        {
            0 => bits.Number(2),
            1 => bits.Bits(0, 1).Signed(-1).Signed(1).Number(2).Signed(1).Signed(2),
            _ => bits,
        };
        bits.Number(4).Bits(0, 1).Number(79).Number(44).Bits(1, 1).Bits(1, 1).Bits(0, 1).Bits(0, 1);
        Mp4Builder builder = TestMedia.Clip(4, 64, 64);
        builder.Tracks[0] = builder.Tracks[0] with { DescriptionBoxes = AvcC(bits.ToArray()) };
        Assert.Equal((1280, 720), (Read(builder).Width, Read(builder).Height));
    }

    [Fact]
    public void Trap05_a_parameter_set_that_ends_early_or_is_missing_leaves_the_header_its_say()
    {
        byte[] whole = Convert.FromHexString("67640028acd940780227e5c044000003000400000300503c60c658");
        Mp4Builder builder = TestMedia.Clip(4, 1280, 720);
        foreach (byte[] set in (byte[][])[whole[..6], [], [0x68, .. whole[1..]], [0x67, .. Enumerable.Repeat((byte)0, 40)]])
        {
            builder.Tracks[0] = builder.Tracks[0] with { DescriptionBoxes = AvcC(set) };
            Assert.Equal((1280, 720), (Read(builder).Width, Read(builder).Height));
        }

        builder.Tracks[0] = builder.Tracks[0] with { Format = "avc3", DescriptionBoxes = ByteWriter.Box("avcC", [1, 0x64, 0, 0x1F, 0xFF, 0xE0, 0]) };
        Assert.Equal(("h264", 1280), (Read(builder).VideoCodec, Read(builder).Width));
    }

    [Theory]
    [InlineData(4u, 3u, 1920)]
    [InlineData(1u, 1u, 1440)]
    [InlineData(0u, 1u, 1440)]
    [InlineData(1u, 0u, 1440)]
    [InlineData(uint.MaxValue, 1u, 1440)]
    [InlineData(1u, uint.MaxValue, 1440)]
    public void Trap05_a_pixel_aspect_stretches_what_is_shown_unless_it_is_absurd(uint horizontal, uint vertical, int shown)
    {
        Mp4Builder builder = TestMedia.Clip(4, 1440, 1080);
        builder.Tracks[0] = builder.Tracks[0] with { PixelAspect = (horizontal, vertical) };
        Assert.Equal((1440, shown), (Read(builder).Width, Read(builder).DisplayWidth));
    }

    private static byte[] AvcC(byte[] parameters)
        => ByteWriter.Box("avcC", new ByteWriter().Bytes(1, 0x64, 0, 0x1F, 0xFF, 0xE1).Big16(parameters.Length).Bytes(parameters).ToArray());

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
}
