using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Binding;

/// <summary>Which sound goes with which clip.</summary>
public sealed class SoundBindingTests
{
    [Fact]
    public async Task A_script_block_makes_the_path_from_each_clip()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = new[] { "a", "b" }.Select(n => shell.Folder.Clip("clips", n + ".mp4")).ToArray();
        var sounds = new[] { "a", "b" }.Select(n => shell.Folder.Sound("clips", n + "-voice.wav")).ToArray();
        shell["files"] = Piped.Files(clips);

        var jobs = (await shell.RunAsync(@"$files | Invoke-KlingLipSync -AudioPath { $_.FullName -replace '\.mp4$', '-voice.wav' } -ThrottleLimit 1")).Clean();

        Assert.Equal(clips, jobs.Select(j => j.Text("VideoPath")));
        Assert.Equal(sounds, jobs.Select(j => j.Text("AudioPath")));
    }

    [Fact]
    public async Task A_folder_of_sounds_is_searched_by_base_name()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([shell.Folder.Clip("clips", "a.mp4"), shell.Folder.Pair("clips", "b.mp4")]);
        string[] sounds = [shell.Folder.Sound("voices", "a.wav"), shell.Folder.Sound("voices", "b.wav")];
        shell["voices"] = shell.Folder.At("voices");

        var jobs = (await shell.RunAsync("$files | Invoke-KlingLipSync -AudioDirectory $voices -ThrottleLimit 1")).Clean();

        Assert.Equal(sounds, jobs.Select(j => j.Text("AudioPath")));
    }

    [Fact]
    public async Task One_sound_may_serve_all_clips_and_goes_up_once()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([shell.Folder.Clip("clips", "a.mp4"), shell.Folder.Clip("clips", "b.mp4"), shell.Folder.Clip("clips", "c.mp4")]);
        shell["voice"] = shell.Folder.Sound("voice.wav");

        var jobs = (await shell.RunAsync("$files | Invoke-KlingLipSync -AudioPath $voice -Destination $out")).Clean();

        Assert.Equal(3, jobs.Count);
        Assert.Equal(4, shell.Emulator.Ledger().Uploads.Count);
        Assert.Contains("a.voice.lipsync.mp4", jobs.Select(j => Path.GetFileName(j.Text("OutputPath"))));
    }

    [Fact]
    public async Task A_sound_may_be_an_address_while_the_clip_is_a_file()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Clip("a.mp4");

        var job = (await shell.RunAsync("Invoke-KlingLipSync $clip -AudioUrl https://example.com/a.wav")).CleanOne();

        Assert.Equal("https://example.com/a.wav", job.Text("AudioUrl"));
        Assert.Single(shell.Emulator.Ledger().Uploads);
    }
}
