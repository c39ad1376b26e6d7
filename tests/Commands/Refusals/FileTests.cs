using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Refusals;

/// <summary>One bad file among good ones: one error about it, nothing sent for it, and the good ones are done.</summary>
public sealed class FileTests
{
    [Fact]
    public Task A_clip_that_is_missing() => Refused("FileNotFound", ErrorCategory.ObjectNotFound, folder =>
    {
        folder.Sound("bad.wav");
        return folder.At("bad.mp4");
    });

    [Fact]
    public Task A_clip_whose_folder_is_a_file() => Refused("FileNotFound", ErrorCategory.ObjectNotFound, folder =>
        Path.Combine(folder.Text("x", "file"), "bad.mp4"));

    [Fact]
    public Task A_clip_that_is_empty() => Refused("FileEmpty", ErrorCategory.InvalidData, folder =>
    {
        folder.Sound("bad.wav");
        return folder.Text("", "bad.mp4");
    });

    [Fact]
    public Task A_clip_that_is_a_folder() => Refused("FileUnreadable", ErrorCategory.ReadError, folder =>
    {
        folder.Sound("bad.wav");
        return Directory.CreateDirectory(folder.At("bad.mp4")).FullName;
    });

    [Fact]
    public async Task A_clip_that_another_program_holds()
    {
        FileStream? held = null;
        await Refused("FileUnreadable", ErrorCategory.ReadError, folder =>
        {
            var clip = folder.Pair("bad.mp4");
            held = new FileStream(clip, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return clip;
        });
        await held!.DisposeAsync();
    }

    [Fact]
    public async Task A_clip_that_may_not_be_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Who may read everything cannot be kept out.");
        await Refused("FileUnreadable", ErrorCategory.ReadError, folder =>
        {
            var clip = folder.Pair("bad.mp4");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(clip, UnixFileMode.None);
            }

            return clip;
        });
    }

    [Fact]
    public Task A_clip_that_is_no_video() => Refused("MediaUnfit", ErrorCategory.InvalidData, folder =>
    {
        folder.Sound("bad.wav");
        return folder.Text("This is a letter, not a film.", "bad.mp4");
    });

    [Fact]
    public Task A_clip_that_is_a_sound() => Refused("MediaUnfit", ErrorCategory.InvalidData, folder =>
    {
        folder.Sound("bad.wav");
        return folder.Sound("bad.mp4");
    });

    [Fact]
    public Task A_sound_that_is_missing() => Refused("FileNotFound", ErrorCategory.ObjectNotFound, folder => folder.Clip("bad.mp4"), folder => folder.At("none.wav"));

    [Fact]
    public Task A_sound_that_is_empty() => Refused("FileEmpty", ErrorCategory.InvalidData, folder => folder.Clip("bad.mp4"), folder => folder.Text("", "bad.wav"));

    [Fact]
    public Task A_sound_that_is_none() => Refused("MediaUnfit", ErrorCategory.InvalidData, folder => folder.Clip("bad.mp4"), folder => folder.Text("la la la", "bad.wav"));

    [Fact]
    public async Task An_unfit_file_is_named_with_what_was_measured()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Text("This is a letter, not a film.", "bad.mp4");
        shell["sound"] = shell.Folder.Sound("good.wav");

        var error = (await shell.RunAsync("Invoke-KlingLipSync $clip -AudioPath $sound")).OneError("MediaUnfit", ErrorCategory.InvalidData);

        Assert.Contains("bad.mp4", error.Exception.Message);
        shell.Emulator.AssertNothingSent();
    }

    private static async Task Refused(string id, ErrorCategory category, Func<TestFolder, string> bad, Func<TestFolder, string>? sound = null)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        var clip = bad(shell.Folder);
        shell["rows"] = new[]
        {
            Piped.Row(("VideoPath", clips[0])),
            Piped.Row(("VideoPath", clip), ("AudioPath", sound?.Invoke(shell.Folder) ?? "")),
            Piped.Row(("VideoPath", clips[1])),
        };

        var run = await shell.RunAsync("$rows | Invoke-KlingLipSync -Destination $out");

        Assert.Equal(clip, run.OneError(id, category).Target().Text("VideoPath"));
        Assert.Equal(clips, run.Output.Select(j => j.Text("VideoPath")).Order());
        shell.Emulator.AssertOutputs(run.Output);
        Assert.Equal(2, shell.Emulator.Accepted());
        Assert.Equal(4, shell.Emulator.Ledger().Uploads.Count);
        Assert.Equal(2, Directory.GetFileSystemEntries(shell.Folder.Out).Length);
    }
}
