using KlingLipSync.Media;
using static KlingLipSync.Tests.Unit.Media.Reading;

namespace KlingLipSync.Tests.Unit.Media;

public class HostileMovieTests
{
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
}
