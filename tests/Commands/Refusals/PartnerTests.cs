using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Refusals;

/// <summary>A clip without a sound, or with more than one.</summary>
public sealed class PartnerTests
{
    [Fact]
    public Task None_beside_the_clip() => Refused("PartnerMissing", ErrorCategory.ObjectNotFound, folder => folder.Clip("clips", "bad.mp4"), "");

    [Fact]
    public Task None_in_the_folder_of_sounds() =>
        Refused("PartnerMissing", ErrorCategory.ObjectNotFound, folder => folder.Pair("elsewhere", "bad.mp4"), "-AudioDirectory $clips");

    [Fact]
    public Task Two_beside_the_clip() => Refused("PartnerAmbiguous", ErrorCategory.InvalidArgument, folder =>
    {
        folder.Sound("clips", "bad.mp3");
        return folder.Pair("clips", "bad.mp4");
    }, "");

    [Fact]
    public async Task Several_sounds_for_several_clips_at_once()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        string[] clips = [shell.Folder.Clip("one.mp4"), shell.Folder.Clip("two.mp4")];
        shell["files"] = Piped.Files(clips);
        shell["sounds"] = new[] { shell.Folder.Sound("a.wav"), shell.Folder.Sound("b.wav") };

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -AudioPath $sounds");

        Assert.Equal(clips, run.Errors.Select(e => e.Complete("PartnerAmbiguous", ErrorCategory.InvalidArgument).Target().Text("VideoPath")));
        Assert.All(run.Errors, e => Assert.Contains("2 sounds", e.Exception.Message));
        shell.Emulator.AssertNothingSent();
    }

    [Fact]
    public async Task A_folder_of_sounds_that_is_not_there()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        (await shell.RunAsync("$files | Invoke-KlingLipSync -AudioDirectory nowhere")).OneError("FileNotFound", ErrorCategory.ObjectNotFound);

        shell.Emulator.AssertNothingSent();
    }

    private static async Task Refused(string id, ErrorCategory category, Func<TestFolder, string> bad, string more)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        var clip = bad(shell.Folder);
        shell["files"] = Piped.Files([clip, .. clips]);
        shell["clips"] = shell.Folder.At("clips");

        var run = await shell.RunAsync($"$files | Invoke-KlingLipSync -Destination $out {more}");

        var error = run.OneError(id, category);
        Assert.Equal(clip, error.Target().Text("VideoPath"));
        Assert.Contains("-AudioPath", error.ErrorDetails.RecommendedAction);
        Assert.Equal(clips, run.Output.Select(j => j.Text("VideoPath")).Order());
        Assert.Equal(2, shell.Emulator.Accepted());
    }
}
