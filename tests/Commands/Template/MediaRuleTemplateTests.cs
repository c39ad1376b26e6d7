using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Commands.Template;

/// <summary>
/// A template: what the test of a media rule shows, from the bytes of a file to the money that is not spent. Copy it and make a file
/// that your rule is about.
/// </summary>
public sealed class MediaRuleTemplateTests
{
    /// <summary>The file just beyond the limit, made in code: nobody has to have it.</summary>
    private static byte[] Beyond => TestMedia.Mp4(seconds: 3, width: 1280, height: 719);

    /// <summary>And the one just on it.</summary>
    private static byte[] Within => TestMedia.Mp4(seconds: 3, width: 1280, height: 720);

    [Fact]
    public async Task Beyond_the_limit_the_report_has_rule_measure_limit_and_remedy()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Write(Beyond, "clip.mp4");

        var report = (await shell.RunAsync("Get-KlingLipSyncMedia $clip")).CleanOne();

        Assert.Equal("Refuse", report.Text("Verdict"));
        var finding = Assert.Single(((System.Collections.IEnumerable)report.Get("Findings")!).Cast<object>().Select(PSObject.AsPSObject), f => f.Text("Rule") == "PictureSize");
        Assert.Equal(("Refuse", "1280x719", "720 to 1920 pixels each way"), (finding.Text("Severity"), finding.Text("Measured"), finding.Text("Limit")));
        Assert.Contains("clip.mp4 is 1280x719", finding.Text("Message"));
        Assert.StartsWith("ffmpeg ", finding.Text("Remedy"));
    }

    [Fact]
    public async Task On_the_limit_there_is_nothing_to_say()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Write(Within, "clip.mp4");

        Assert.Equal("Fit", (await shell.RunAsync("Get-KlingLipSyncMedia $clip")).CleanOne().Text("Verdict"));
    }

    [Fact]
    public async Task What_is_refused_is_not_paid_for()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Write(Beyond, "clip.mp4");
        shell.Folder.Sound("clip.wav");

        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).OneError("MediaUnfit", ErrorCategory.InvalidData);

        shell.Emulator.AssertNothingSent();
    }
}
