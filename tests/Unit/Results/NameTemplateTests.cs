using System.Text;
using KlingLipSync.Results;

namespace KlingLipSync.Tests.Unit.Results;

public class NameTemplateTests
{
    private static readonly NameParts Parts = new("clip", "voice", "7f3a", "req_1-x", new DateTimeOffset(2026, 1, 5, 0, 30, 0, TimeSpan.FromHours(2)));

    [Theory]
    [InlineData("clip", "clip", "clip.lipsync.mp4")]
    [InlineData("clip", "CLIP", "clip.lipsync.mp4")]
    [InlineData("clip", null, "clip.lipsync.mp4")]
    [InlineData("clip", "voice", "clip.voice.lipsync.mp4")]
    public void The_default_names_the_sound_where_it_differs(string name, string? audio, string expected) =>
        Assert.Equal(expected, NameTemplate.Parse(null).FileName(Parts with { Name = name, AudioName = audio }));

    [Theory]
    [InlineData("{Name}", "clip.mp4")]
    [InlineData("{Name}.mp4", "clip.mp4")]
    [InlineData("{name}_{AUDIONAME}", "clip_voice.mp4")]
    [InlineData("{Id}-{RequestId}", "7f3a-req_1-x.mp4")]
    [InlineData("{Date} {Name}", "2026-01-04 clip.mp4")]
    [InlineData("a}b", "a}b.mp4")]
    [InlineData("same", "same.mp4")]
    public void Placeholders_are_filled(string template, string expected) =>
        Assert.Equal(expected, NameTemplate.Parse(template).FileName(Parts));

    [Theory]
    [InlineData("{Nome}", "{Nome}")]
    [InlineData("{}", "{}")]
    [InlineData("{Name", "{Name")]
    [InlineData("{Na{Name}", "{Na{Name}")]
    [InlineData("sub/{Name}", "path separator")]
    [InlineData("sub\\{Name}", "path separator")]
    public void A_template_that_cannot_be_is_refused_by_name(string template, string named)
    {
        var refused = Assert.Throws<LipSyncException>(() => NameTemplate.Parse(template));

        Assert.Equal(LipSyncError.NameTemplateInvalid, refused.Error);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b\\c", "a_b_c.mp4")]
    [InlineData("a<>:\"|?*b", "a_______b.mp4")]
    [InlineData("../../etc", ".._.._etc.mp4")]
    [InlineData("tail. . ", "tail.mp4")]
    [InlineData("new\nline\u0001\u007f", "new_line__.mp4")]
    [InlineData("left\u202etxt", "left_txt.mp4")]
    [InlineData("Überraschung 日本", "Überraschung 日本.mp4")]
    [InlineData("CON", "_CON.mp4")]
    [InlineData("nul.take1", "_nul.take1.mp4")]
    [InlineData("com1", "_com1.mp4")]
    [InlineData("COM10", "COM10.mp4")]
    [InlineData("console", "console.mp4")]
    public void Names_fit_every_system(string name, string expected) =>
        Assert.Equal(expected, NameTemplate.Parse("{Name}").FileName(Parts with { Name = name }));

    // Outside the list above, since an attribute cannot hold half a character.
    [Fact]
    public void Half_a_character_is_no_part_of_a_name() =>
        Assert.Equal("half_.mp4", NameTemplate.Parse("{Name}").FileName(Parts with { Name = "half\ud800" }));

    [Fact]
    public void Names_that_are_too_long_stay_apart()
    {
        var template = NameTemplate.Parse(null);
        var one = template.FileName(Parts with { Name = new string('日', 150) + "1" });
        var two = template.FileName(Parts with { Name = new string('日', 150) + "2" });

        Assert.NotEqual(one, two);
        Assert.InRange(Encoding.UTF8.GetByteCount(one), 150, 200);
        Assert.EndsWith(".mp4", one, StringComparison.Ordinal);
        Assert.Equal(one, template.FileName(Parts with { Name = new string('日', 150) + "1" }));
    }

    [Theory]
    [InlineData(" .. ")]
    [InlineData("")]
    public void A_name_of_nothing_is_refused(string name) =>
        Assert.Equal(LipSyncError.NameTemplateInvalid, Assert.Throws<LipSyncException>(() => NameTemplate.Parse("{Name}").FileName(Parts with { Name = name })).Error);

    [Theory]
    [InlineData(null)]
    [InlineData("../x")]
    public void A_request_id_has_to_be_one(string? id)
    {
        Assert.True(NameTemplate.Parse("{requestid}").NeedsRequestId);
        Assert.False(NameTemplate.Parse(null).NeedsRequestId);
        Assert.Throws<LipSyncException>(() => NameTemplate.Parse("{RequestId}").FileName(Parts with { RequestId = id }));
    }
}
