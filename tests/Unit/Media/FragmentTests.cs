using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

public class FragmentTests
{
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
}
