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
