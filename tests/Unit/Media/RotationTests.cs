using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

public class RotationTests
{
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
    [InlineData(0, 0x10000, -0x10000, 0, 720, 1280)]
    [InlineData(0x10000, 0, 0, 0x10000, 1280, 720)]
    [InlineData(46341, 46341, -46341, 46341, 1280, 720)]
    public void Trap01_a_turn_changes_nothing_about_being_fit(int a, int b, int c, int d, int width, int height)
    {
        Mp4Builder builder = TestMedia.Clip(4, 1280, 640);
        builder.Tracks[0] = builder.Tracks[0] with { Matrix = (a, b, c, d) };
        MediaFinding finding = Assert.Single(LipSyncRules.CheckVideo(Read(builder), "a.mp4"), finding => finding.Rule == "PictureSize");
        Assert.Equal("1280x640", finding.Measured);

        // The remedy scales what FFmpeg has turned already.
        Assert.Contains(width > height ? "scale=1440:720" : "scale=720:1440", finding.Remedy, StringComparison.Ordinal);
    }
}
