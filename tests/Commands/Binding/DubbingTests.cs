using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Binding;

/// <summary>One clip with several sounds makes several videos of it, each with a name and a price of its own.</summary>
public sealed class DubbingTests
{
    [Fact]
    public async Task One_clip_and_its_languages()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Clip("anna.mp4");
        shell["sounds"] = new[] { "de", "en", "fr" }.Select(l => shell.Folder.Sound($"anna.{l}.wav")).ToArray();

        var jobs = (await shell.RunAsync("Invoke-KlingLipSync $clip -AudioPath $sounds -Destination $out")).Clean();

        Assert.Equal(["anna.anna.de.lipsync.mp4", "anna.anna.en.lipsync.mp4", "anna.anna.fr.lipsync.mp4"], jobs.Select(j => Path.GetFileName(j.Text("OutputPath"))).Order());
        shell.Emulator.AssertOutputs(jobs);
        Assert.Equal(0.21m, shell.Emulator.Ledger().AmountUsd);
    }

    [Fact]
    public async Task A_script_block_may_give_each_clip_several()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = new[] { "a", "b" }.Select(n => shell.Folder.Clip(n + ".mp4")).ToArray();
        var sounds = clips.SelectMany(c => new[] { "de", "en" }.Select(l => shell.Folder.Sound($"{Path.GetFileNameWithoutExtension(c)}.{l}.wav"))).ToArray();
        shell["files"] = Piped.Files(clips);

        var jobs = (await shell.RunAsync("$files | Invoke-KlingLipSync -AudioPath { foreach ($l in 'de', 'en') { $_.FullName -replace '\\.mp4$', \".$l.wav\" } } -ThrottleLimit 1")).Clean();

        Assert.Equal(sounds, jobs.Select(j => j.Text("AudioPath")));
        Assert.Equal(4, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task The_same_command_again_is_the_recovery_with_results_beside_the_clip()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell.Folder.Clip("clips", "anna.mp4");
        shell["films"] = shell.Folder.At("clips", "*.mp4");
        shell["clips"] = shell.Folder.At("clips");
        shell["sounds"] = new[] { shell.Folder.Sound("dub", "de.wav"), shell.Folder.Sound("dub", "fr.wav") };
        const string script = "Invoke-KlingLipSync $films -AudioPath $sounds -Destination $clips";
        Assert.Equal(2, (await shell.RunAsync(script)).Clean().Count);

        var again = (await shell.RunAsync(script)).Clean();

        Assert.Equal(2, again.Count);
        Assert.All(again, j => Assert.True(j.Reused()));
        Assert.Equal(2, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task Sounds_of_one_name_from_two_folders_would_share_a_result()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Clip("anna.mp4");
        shell["sounds"] = new[] { shell.Folder.Sound("de", "voice.wav"), shell.Folder.Sound("en", "voice.wav") };

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -AudioPath $sounds -Destination $out");

        var error = run.OneError("OutputCollision", System.Management.Automation.ErrorCategory.ResourceExists);
        Assert.Contains(Path.Combine("de", "voice.wav"), error.Exception.Message);
        Assert.Contains(Path.Combine("en", "voice.wav"), error.Exception.Message);
        Assert.Single(run.Output);
    }

    [Fact]
    public async Task A_pair_that_comes_in_twice_is_taken_once()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        shell["files"] = Piped.Files([.. clips, .. clips]);

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");

        Assert.Equal(2, run.Clean().Count);
        Assert.Contains("2 pairs came in again", Assert.Single(run.Warnings));
    }

    [Fact]
    public async Task A_sound_without_a_clip_is_named_once()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        var orphan = shell.Folder.Sound("clips", "left-over.wav");
        shell.Folder.Sound("clips", "clip1.de.wav");
        shell["files"] = Piped.Files(clips);
        shell["one"] = clips[0];

        Assert.Contains($"'{orphan}'", Assert.Single((await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Warnings));

        // The other clip's sound is no orphan only because that clip was not meant this time.
        var alone = Assert.Single((await shell.RunAsync("Invoke-KlingLipSync $one -Destination $out")).Warnings);
        Assert.Contains("1 sound there", alone);
    }
}
