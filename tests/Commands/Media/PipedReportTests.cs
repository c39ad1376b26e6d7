using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Commands.Media;

/// <summary>Reports that are piped to the command that pays: what a report refuses is never paid for, in whatever shape it comes.</summary>
public sealed class PipedReportTests
{
    public static TheoryData<string> Refused =>
    [
        "[pscustomobject]@{ VideoPath = $clip; AudioUrl = 'https://u:p@example.com/de.wav' } | Get-KlingLipSyncMedia",
        "[pscustomobject]@{ VideoPath = $clip; AudioPath = $sound; AudioUrl = 'https://example.com/de.wav' } | Get-KlingLipSyncMedia",
        "[pscustomobject]@{ VideoPath = $clip; VideoUrl = 'https://example.com/de.mp4' } | Get-KlingLipSyncMedia",
        "Get-KlingLipSyncMedia $clip -AudioDirectory $nothing",
        "Get-KlingLipSyncMedia $clip, $other -AudioPath $sound, $sound2",
        "Get-KlingLipSyncMedia $small -AudioPath $sound",
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_refusal_is_not_paid_for(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var folder = shell.Folder;
        (shell["clip"], shell["other"], shell["small"]) = (folder.Pair("one.mp4"), folder.Pair("two.mp4"), folder.Write(TestMedia.Mp4(3, 640, 360), "small.mp4"));
        (shell["sound"], shell["sound2"]) = (folder.Sound("de.wav"), folder.Sound("fr.wav"));
        shell["nothing"] = Directory.CreateDirectory(folder.At("nothing")).FullName;
        (await shell.RunAsync($"$reports = @({script})")).Clean();
        var verdicts = (await shell.RunAsync("$reports | ForEach-Object Verdict")).Clean();
        Assert.All(verdicts, v => Assert.Equal("Refuse", v.ToString()));

        // As objects, as the texts of a table that was written and read again, and with the numbers that JSON makes of enumerations.
        const string json = "$reports | ForEach-Object { $row = [ordered]@{}; foreach ($p in $_.PSObject.Properties) { $row[$p.Name] = if ($p.Value -is [enum]) { [long] $p.Value } else { $p.Value } }; [pscustomobject] $row }";
        foreach (var shape in new[] { "$reports", json, "$reports | ForEach-Object { $row = [ordered]@{}; foreach ($p in $_.PSObject.Properties) { $row[$p.Name] = \"$($p.Value)\" }; [pscustomobject] $row }" })
        {
            var run = await shell.RunAsync($"{shape} | Invoke-KlingLipSync -SkipMediaCheck");
            Assert.Equal(verdicts.Count, run.Errors.Count);
            Assert.All(run.Errors, e => e.Complete("ReportRefused", ErrorCategory.InvalidData));
            Assert.Empty(run.Output);
        }

        shell.Emulator.AssertNothingSent();
    }

    [Fact]
    public async Task A_left_over_sound_is_passed_over()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        var orphan = shell.Folder.Sound("clips", "left-over.wav");

        var run = await shell.RunAsync("$files | Get-KlingLipSyncMedia -Pair | Where-Object Verdict -ne Refuse | Invoke-KlingLipSync -ErrorAction Stop");

        Assert.Equal(2, run.Clean().Count);
        Assert.Contains(orphan, run.Warnings[0]);
    }

    [Fact]
    public async Task An_unfit_clip_does_not_keep_a_name_from_a_fit_one()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var bad = shell.Folder.Write(TestMedia.Mp4(3, 640, 360), "a", "x.mp4");
        shell.Folder.Sound("a", "x.wav");
        var good = shell.Folder.Pair("b", "x.mp4");
        foreach (var files in new[] { new[] { bad, good }, [good, bad] })
        {
            shell["files"] = Piped.Files(files);

            var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");

            Assert.Equal(good, Assert.Single(run.Output).Text("VideoPath"));
            run.OneError("MediaUnfit", ErrorCategory.InvalidData);
        }
    }

    [Fact]
    public async Task A_row_of_a_sound_alone_is_judged_as_a_sound()
    {
        using var folder = new TestFolder();
        using var session = new ModuleSession();
        session["sound"] = folder.Sound("a.wav");

        var reports = (await session.RunAsync("[pscustomobject]@{ AudioPath = $sound }, [pscustomobject]@{ AudioUrl = 'https://example.com/a.mp3' } | Get-KlingLipSyncMedia")).Clean();

        Assert.Equal([("Sound", "Fit"), ("Sound", "Warn")], reports.Select(r => (r.Text("Kind"), r.Text("Verdict"))));
    }
}
