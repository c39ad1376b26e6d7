using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Commands.Media;

/// <summary>Get-KlingLipSyncMedia on single files and URLs.</summary>
public sealed class ReportTests
{
    [Fact]
    public async Task A_fit_clip_tells_its_facts_and_its_price()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Clip("one.mp4");

        var report = (await shell.RunAsync("Get-KlingLipSyncMedia $clip")).CleanOne();

        Assert.Equal("Fit", report.Text("Verdict"));
        Assert.Equal("Clip", report.Text("Kind"));
        Assert.Equal(TimeSpan.FromSeconds(2.4), report.Get("Duration"));
        Assert.Equal((1280, 720), ((int)report.Get("Width")!, (int)report.Get("Height")!));
        Assert.Equal((0.07m, 0.07m, 5), ((decimal)report.Get("Cost")!, (decimal)report.Get("LeastCost")!, (int)report.Get("BilledSeconds")!));
        Assert.Empty(Texts(report, "Reasons"));
        Assert.Equal("h264", PSObject.AsPSObject(report.Get("Video")).Text("VideoCodec"));
        shell.Emulator.AssertNothingSent();
    }

    [Fact]
    public async Task An_unfit_clip_tells_rule_measure_and_a_line_to_paste()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Write(TestMedia.Mp4(12, 640, 360), "it's [small].mp4");
        shell["clip"] = clip;

        var report = (await shell.RunAsync("Get-KlingLipSyncMedia -LiteralPath $clip")).CleanOne();

        Assert.Equal("Refuse", report.Text("Verdict"));
        Assert.Contains(Texts(report, "Reasons"), r => r.Contains("640x360"));
        Assert.Contains(Texts(report, "Reasons"), r => r.Contains("12 s"));
        var rules = ((System.Collections.IEnumerable)report.Get("Findings")!).Cast<object>().Select(f => PSObject.AsPSObject(f).Text("Rule"));
        Assert.Contains("PictureSize", rules);
        Assert.Contains("Duration", rules);
        var line = Assert.Single(Texts(report, "Remedies"), r => r.StartsWith("ffmpeg ", StringComparison.Ordinal));

        // What is pasted must be one command whose arguments are the file and the mended file.
        shell["line"] = line;
        var words = (await shell.RunAsync("$e = $null; ([System.Management.Automation.Language.Parser]::ParseInput($line, [ref] $null, [ref] $e)).EndBlock.Statements[0].PipelineElements[0].CommandElements | ForEach-Object { if ($_.PSObject.Properties['Value']) { $_.Value } }; if ($e) { throw $e }")).Clean();
        Assert.Contains(clip, words.Select(w => w.ToString()));
    }

    [Fact]
    public async Task A_folder_of_all_kinds_is_judged_file_by_file()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        string[] files =
        [
            shell.Folder.Clip("a.mp4"),
            shell.Folder.Sound("b.wav"),
            shell.Folder.Write(TestMedia.Mp3(), "c.mp3"),
            shell.Folder.Text("hello", "d.txt"),
            shell.Folder.Write(TestMedia.Wav(), "e.mp4"),
            shell.Folder.Write(TestMedia.Wav(), "f.bin"),
        ];
        shell["files"] = Piped.Files(files);

        var reports = (await shell.RunAsync("$files | Get-KlingLipSyncMedia")).Clean();

        Assert.Equal(files, reports.Select(r => r.Text("Path")));
        Assert.Equal(["Clip", "Sound", "Sound", "Clip", "Clip", "Sound"], reports.Select(r => r.Text("Kind")));
        Assert.Equal(["Fit", "Fit", "Fit", "Refuse", "Refuse", "Refuse"], reports.Select(r => r.Text("Verdict")));
        Assert.Null(reports[1].Get("Cost"));
        Assert.Null(reports[3].Get("Cost"));
    }

    [Fact]
    public async Task A_literal_path_that_is_not_there_is_a_report_and_a_wildcard_without_a_match_an_error()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["root"] = shell.Folder.Root;

        var report = (await shell.RunAsync("Get-KlingLipSyncMedia -LiteralPath \"$root/none.mp4\"")).CleanOne();
        Assert.Equal("Refuse", report.Text("Verdict"));
        Assert.Contains("does not exist", Assert.Single(Texts(report, "Reasons")));
        Assert.NotEmpty(Texts(report, "Remedies"));

        (await shell.RunAsync("Get-KlingLipSyncMedia \"$root/*.mp4\"")).OneError("FileNotFound", ErrorCategory.ObjectNotFound);
        (await shell.RunAsync("Get-KlingLipSyncMedia")).OneError("RowIncomplete", ErrorCategory.InvalidArgument);
    }

    [Fact]
    public async Task Nothing_is_made_and_no_key_is_needed()
    {
        using var folder = new TestFolder();
        using var session = new ModuleSession();
        session["clip"] = folder.Clip("one.mp4");

        Assert.Equal("Fit", (await session.RunAsync("Get-KlingLipSyncMedia $clip")).CleanOne().Text("Verdict"));

        Assert.False(Path.Exists(Surroundings.NoStore));
    }

    [Fact]
    public async Task Reports_come_as_the_files_do()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(3));

        var seen = (await shell.RunAsync("$n = 0; $files | ForEach-Object { $script:n++; $_ } | Get-KlingLipSyncMedia | Select-First 1; $n")).Clean();

        Assert.Equal(2, seen.Count);
        Assert.Equal(1, (int)seen[1].BaseObject);
    }

    [Fact]
    public async Task Our_own_result_is_told_from_a_clip()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -Destination $out")).Clean();

        var report = (await shell.RunAsync("Get-KlingLipSyncMedia -LiteralPath $job.OutputPath")).CleanOne();
        Assert.Equal("Refuse", report.Text("Verdict"));
        Assert.Contains("this module saved", Texts(report, "Reasons")[0]);
        Assert.Equal("Fit", (await shell.RunAsync("Get-KlingLipSyncMedia -LiteralPath $job.OutputPath -AllowOutputAsInput")).CleanOne().Text("Verdict"));
    }

    [Theory]
    [InlineData("ftp://example.com/a.mp4", "absolute http or https")]
    [InlineData("clip.mp4", "absolute http or https")]
    [InlineData("data:video/mp4;base64,AAAA", "absolute http or https")]
    [InlineData("https://ann:secret@example.com/a.mp4", "password")]
    [InlineData("https://192.168.7.7/a.mp4", "cannot fetch")]
    [InlineData("https://fileserver/a.mp4", "cannot fetch")]
    [InlineData("http://localhost/a.mp4", "cannot fetch")]
    public async Task A_url_that_fal_could_not_fetch(string url, string why)
    {
        using var session = new ModuleSession();
        session["url"] = url;

        var report = (await session.RunAsync("Get-KlingLipSyncMedia -VideoUrl $url")).CleanOne();

        Assert.Equal("Refuse", report.Text("Verdict"));
        Assert.Contains(why, Assert.Single(Texts(report, "Reasons")));
        Assert.DoesNotContain("secret", string.Concat(Texts(report, "Reasons")));
    }

    [Fact]
    public async Task A_url_that_was_not_read_is_no_more_than_a_maybe()
    {
        using var session = new ModuleSession();

        var report = (await session.RunAsync("Get-KlingLipSyncMedia -VideoUrl https://example.com/a.mp4?sig=1")).CleanOne();

        Assert.Equal(("Warn", "https://example.com/a.mp4"), (report.Text("Verdict"), report.Text("Path")));
        Assert.Equal((0.14m, 0.07m), ((decimal)report.Get("Cost")!, (decimal)report.Get("LeastCost")!));
        Assert.Contains(Texts(report, "Remedies"), r => r.Contains("-Probe"));
    }

    internal static string[] Texts(PSObject seen, string property) =>
        [.. ((System.Collections.IEnumerable)seen.Get(property)!).Cast<object>().Select(o => o.ToString()!)];
}
