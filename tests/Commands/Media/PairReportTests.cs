using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Commands.Media;

/// <summary>Pairs: the whole batch is judged in one go, before anything is sent.</summary>
public sealed class PairReportTests
{
    [Fact]
    public async Task Everything_that_is_wrong_with_a_batch_is_in_one_report()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var folder = shell.Folder;
        var fit = folder.Pair("clips", "fit.mp4");
        var orphan = folder.Clip("clips", "alone.mp4");
        var torn = folder.Pair("clips", "torn.mp4");
        folder.Sound("clips", "torn.mp3");
        var small = folder.Write(TestMedia.Mp4(3, 640, 360), "clips", "small.mp4");
        var (first, second) = (folder.Pair("a", "same.mp4"), folder.Pair("b", "same.mp4"));
        var chatty = folder.Clip("clips", "chatty.mp4");
        folder.Write(TestMedia.Wav(7), "clips", "chatty.wav");
        var leftOver = folder.Sound("clips", "left-over.wav");
        string[] clips = [fit, orphan, torn, small, first, second, chatty];
        shell["files"] = Piped.Files(clips);

        var reports = (await shell.RunAsync("$files | Get-KlingLipSyncMedia -Pair -Destination $out")).Clean();

        Assert.Equal([.. clips, leftOver], reports.Select(r => r.Text("Path")));
        Assert.Equal(["Fit", "Refuse", "Refuse", "Refuse", "Fit", "Refuse", "Warn", "Warn"], reports.Select(r => r.Text("Verdict")));
        Assert.Equal(shell.Folder.At("out", "fit.lipsync.mp4"), reports[0].Text("OutputPath"));
        Assert.Contains("has no sound", Reason(reports[1]));
        Assert.Contains("2 sounds", Reason(reports[2]));

        // Both of one clip's faults at once: mended in one go.
        Assert.Contains(ReportTests.Texts(reports[3], "Reasons"), r => r.Contains("has no sound"));
        Assert.Contains(ReportTests.Texts(reports[3], "Reasons"), r => r.Contains("640x360"));
        Assert.Contains("would both be saved", Reason(reports[5]));
        Assert.Contains("2.4 s", Reason(reports[6]));
        Assert.Contains("7 s", Reason(reports[6]));
        Assert.Contains("goes with no clip", Reason(reports[7]));
        Assert.All(reports.Skip(1).Where(r => r.Text("Verdict") != "Fit"), r => Assert.NotEmpty(ReportTests.Texts(r, "Remedies")));
        Assert.False(Directory.Exists(shell.Folder.Out));
        shell.Emulator.AssertNothingSent();

        // The command that pays says the same of the same input, and sends only what is fit.
        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");
        Assert.Equal([fit, first, chatty], run.Output.Select(j => j.Text("VideoPath")).Order(Comparer<string?>.Create((x, y) => Array.IndexOf(clips, x) - Array.IndexOf(clips, y))));
        Assert.Equal(["PartnerMissing", "PartnerAmbiguous", "MediaUnfit", "OutputCollision"], run.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Contains("has no sound", run.Errors[2].Exception.Message);
        Assert.Equal(2, run.Warnings.Count);
        var sum = PSObject.AsPSObject(run.Information[^1].MessageData);
        Assert.Equal((3, 4), ((int)sum.Get("Saved")!, (int)sum.Get("Refused")!));
    }

    [Fact]
    public async Task The_fit_ones_can_be_piped_on_to_the_command_that_pays()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(3);
        File.Delete(Path.ChangeExtension(clips[1], ".wav"));
        shell["files"] = Piped.Files(clips);

        var jobs = (await shell.RunAsync("$files | Get-KlingLipSyncMedia -Pair -Destination $out -Tag nightly | Where-Object Verdict -ne Refuse | Invoke-KlingLipSync")).Clean();

        Assert.Equal([clips[0], clips[2]], jobs.Select(j => j.Text("VideoPath")).Order());
        Assert.All(jobs, j => Assert.Equal(("Saved", "nightly"), (j.State(), j.Text("Tag"))));
    }

    [Fact]
    public async Task Rows_of_a_table_are_pairs_by_their_columns()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var (clip, sound) = (shell.Folder.Clip("a.mp4"), shell.Folder.Sound("voice.wav"));
        shell["rows"] = new[]
        {
            Piped.Row(("VideoPath", clip), ("AudioPath", sound)),
            Piped.Row(("VideoPath", clip), ("AudioPath", "")),
            Piped.Row(("VideoPath", ""), ("AudioPath", sound)),
            Piped.Row(("VideoUrl", "https://example.com/x.mp4"), ("AudioPath", sound)),
        };

        var reports = (await shell.RunAsync("$rows | Get-KlingLipSyncMedia")).Clean();

        Assert.Equal([("Pair", clip, sound), ("Clip", clip, null), ("Sound", sound, sound), ("Pair", "https://example.com/x.mp4", sound)],
            reports.Select(r => (r.Text("Kind"), r.Text("Path"), r.Text("AudioPath"))));
    }

    [Fact]
    public async Task One_sound_is_read_once_for_many_clips()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(Enumerable.Range(0, 50).Select(n => shell.Folder.Clip("clips", $"c{n}.mp4")));
        shell["voice"] = shell.Folder.Sound("voice.wav");

        var reports = (await shell.RunAsync("$files | Get-KlingLipSyncMedia -AudioPath $voice")).Clean();

        Assert.Equal(50, reports.Count);
        Assert.Single(reports.Select(r => r.Get("Audio")).Distinct(ReferenceEqualityComparer.Instance));
    }

    private static string Reason(PSObject report) => ReportTests.Texts(report, "Reasons")[0];
}
