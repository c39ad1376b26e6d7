using KlingLipSync.Tests.Commands.Session;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Commands.Media;

/// <summary>Test-KlingLipSyncMedia: one Boolean an input, never an error.</summary>
public sealed class AnswerTests
{
    [Fact]
    public async Task One_answer_for_each_file()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([shell.Folder.Clip("a.mp4"), shell.Folder.Write(TestMedia.Mp4(3, 640, 360), "b.mp4"), shell.Folder.Sound("c.wav"), shell.Folder.At("none.mp4")]);

        Assert.Equal([true, false, true, false], (await shell.RunAsync("$files | Test-KlingLipSyncMedia")).Clean().Select(a => (bool)a.BaseObject));
    }

    [Fact]
    public async Task A_path_that_names_nothing_is_a_no()
    {
        using var session = new ModuleSession();

        Assert.False((bool)(await session.RunAsync("Test-KlingLipSyncMedia nothing/*.mp4")).CleanOne().BaseObject);
    }

    [Fact]
    public async Task A_warning_is_a_no_only_when_strict()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Write(TestMedia.Mp4(3, 960, 800), "odd.mp4");

        Assert.True((bool)(await shell.RunAsync("Test-KlingLipSyncMedia $clip")).CleanOne().BaseObject);
        Assert.False((bool)(await shell.RunAsync("Test-KlingLipSyncMedia $clip -Strict")).CleanOne().BaseObject);
    }

    [Fact]
    public async Task Answers_come_in_the_order_of_the_input_and_one_for_each()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var fit = shell.Folder.Pair("fit.mp4");
        var small = shell.Folder.Write(TestMedia.Mp4(3, 640, 360), "small.mp4");
        shell["rows"] = new[]
        {
            Piped.Row(("VideoPath", fit), ("AudioPath", Path.ChangeExtension(fit, ".wav"))),
            Piped.Row(("VideoPath", small)),
            Piped.Row(("VideoPath", fit), ("AudioPath", Path.ChangeExtension(fit, ".wav"))),
            Piped.Row(("VideoPath", fit)),
        };

        Assert.Equal([true, false, true, true], (await shell.RunAsync("$rows | Test-KlingLipSyncMedia")).Clean().Select(a => (bool)a.BaseObject));
        Assert.Contains("came in before", string.Concat(ReportTests.Texts((await shell.RunAsync("$rows | Get-KlingLipSyncMedia")).Clean()[2], "Reasons")));
    }

    [Fact]
    public async Task Pairs_have_one_answer_each_and_left_over_sounds_none()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        shell.Folder.Sound("clips", "left-over.wav");
        File.Delete(Path.ChangeExtension(clips[1], ".wav"));
        shell["files"] = Piped.Files(clips);

        Assert.Equal([true, false], (await shell.RunAsync("$files | Test-KlingLipSyncMedia -Pair")).Clean().Select(a => (bool)a.BaseObject));
    }
}
