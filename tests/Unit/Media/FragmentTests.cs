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

    private static Mp4Builder Fragmented(params (uint Track, ulong? Start, uint[] Units)[] fragments)
    {
        var builder = new Mp4Builder { Brand = "iso5", Payload = [] };
        builder.Tracks.Add(Mp4Track.Video(0, 1280, 720) with { Frames = [] });
        builder.Fragments.AddRange(fragments);
        return builder;
    }

    [Fact]
    public void Trap02_the_default_of_a_fragment_goes_before_that_of_the_track()
    {
        Mp4Builder builder = Fragmented((1, 0, new uint[50]), (1, null, new uint[75]));
        (builder.FragmentDefault, builder.OwnFragmentDefault) = (7, 512);
        Assert.Equal((S(5), S(5)), (Read(builder).VideoDuration, Read(builder).CountedDuration));
    }

    [Fact]
    public void Trap02_what_mehd_and_sidx_claim_is_not_asked()
    {
        Mp4Builder builder = Fragmented((1, 0, [.. Enumerable.Repeat(512u, 125)]));
        builder.ExtendsBoxes = ByteWriter.Box("mehd", new ByteWriter().Big32(0).Big32(99_000).ToArray());
        builder.MovieBoxes = ByteWriter.Box("sidx", new ByteWriter().Big32(0).Big32(1).Big32(1000).Big32(0).Big32(0).Big16(0).Big16(1).Big32(100).Big32(99_000).Big32(0).ToArray());
        MediaFacts facts = Read(builder);
        Assert.Equal((S(5), S(5), S(5)), (facts.FormatDuration, facts.VideoDuration, facts.CautiousDuration));
    }

    [Fact]
    public void Trap02_frames_shown_later_than_decoded_shift_the_whole_and_lengthen_nothing()
    {
        Mp4Builder builder = Fragmented((1, 0, [.. Enumerable.Repeat(512u, 125)]));
        builder.FragmentDelay = 1024;
        MediaFacts facts = Read(builder);
        Assert.Equal((S(5), S(5), S(5)), (facts.FormatDuration, facts.VideoDuration, facts.CountedDuration));
    }

    [Fact]
    public void Trap02_a_sound_that_starts_first_makes_five_seconds_cost_ten_and_ten_a_risk()
    {
        Mp4Builder five = Fragmented((2, 0, [1024]), (1, 269, [.. Enumerable.Repeat(512u, 125)]));
        five.Tracks.Add(Mp4Track.Sound(0) with { Frames = [] });
        MediaFacts facts = Read(five);
        Assert.InRange(facts.FormatDuration!.Value, S(5.021), S(5.0211));
        Assert.Equal(10, LipSyncPrice.Quote(facts).BilledSeconds);
        Assert.True(LipSyncPrice.Quote(facts).IsRange);

        Mp4Builder ten = Fragmented((2, 0, [1024]), (1, 269, [.. Enumerable.Repeat(512u, 250)]));
        ten.Tracks.Add(Mp4Track.Sound(0) with { Frames = [] });
        Assert.Equal(MediaVerdict.Warn, LipSyncRules.CheckVideo(Read(ten), "a.mp4").Verdict());
    }

    [Fact]
    public void Trap02_fragments_of_a_track_that_is_not_there_count_for_nothing()
    {
        MediaFacts facts = Read(Fragmented((1, 0, [.. Enumerable.Repeat(512u, 125)]), (9, 99_999, [99_999])));
        Assert.Equal(S(5), facts.CautiousDuration);
    }

    [Fact]
    public void Trap02_a_run_that_claims_billions_of_frames_is_refused()
    {
        byte[] file = Fragmented((1, 0, [512, 512])).Build();
        int at = file.AsSpan().IndexOf("trun"u8) + 8;
        file.AsSpan(at, 4).Fill(0xFF);
        Refused(Read(file), "'trun' claims 4294967295 rows");
    }
}
