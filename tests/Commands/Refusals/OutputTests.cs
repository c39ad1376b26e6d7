using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Refusals;

/// <summary>Files in the way of the result, and names that two clips would share.</summary>
public sealed class OutputTests
{
    [Fact]
    public async Task Two_clips_for_one_file()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        string[] clips = [shell.Folder.Pair("a", "same.mp4"), shell.Folder.Pair("b", "same.mp4"), shell.Folder.Pair("b", "other.mp4")];
        shell["files"] = Piped.Files(clips);

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");

        var error = run.OneError("OutputCollision", ErrorCategory.ResourceExists);
        Assert.Equal(clips[1], error.Target().Text("VideoPath"));
        Assert.Contains(clips[0], error.Exception.Message);
        Assert.Equal(2, shell.Emulator.Accepted());

        // A name that tells them apart is the way out, and what is paid stays paid.
        var apart = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out -NameTemplate '{Name}.{Id}'")).Clean();
        Assert.Equal(3, apart.Select(j => j.Text("OutputPath")).Distinct().Count());
        Assert.Equal(3, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_file_that_exists_is_met_before_any_upload()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        var inTheWay = shell.Folder.Text("mine", "out", "clip1.lipsync.mp4");
        shell["files"] = Piped.Files(clips);
        shell["clip"] = clips[0];

        var alone = await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out");
        var error = alone.OneError("OutputExists", ErrorCategory.ResourceExists);
        Assert.Equal(clips[0], error.Target().Text("VideoPath"));
        Assert.Contains("-Force", error.ErrorDetails.RecommendedAction);
        Assert.Contains("-ResubmitBefore", error.ErrorDetails.RecommendedAction);
        shell.Emulator.AssertNothingSent();

        var among = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");
        among.OneError("OutputExists", ErrorCategory.ResourceExists);
        Assert.Equal(clips[1], Assert.Single(among.Output).Text("VideoPath"));
        Assert.Equal("mine", File.ReadAllText(inTheWay));
        Assert.Equal(1, shell.Emulator.Accepted());

        shell.Emulator.AssertOutputs((await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out -Force")).Clean());
        Assert.Equal(2, shell.Emulator.Accepted());
        Assert.NotEqual("mine", File.ReadAllText(inTheWay));
    }

    [Fact]
    public async Task A_changed_clip_does_not_overwrite_the_result_of_its_older_self()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        var old = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne();
        var bytes = LedgerReading.Sha256(old.Text("OutputPath")!);
        shell.Folder.Clip("one.mp4");

        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).OneError("OutputExists", ErrorCategory.ResourceExists);

        Assert.Equal(bytes, LedgerReading.Sha256(old.Text("OutputPath")!));
        Assert.Equal(1, shell.Emulator.Hits(EmulatorRoute.Submit));
        Assert.Equal(2, shell.Emulator.Hits(EmulatorRoute.Put));
    }

    [Fact]
    public async Task A_result_of_ours_is_no_clip()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["voice"] = shell.Folder.Sound("voice.wav");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -Destination $out")).Clean();

        var run = await shell.RunAsync("Invoke-KlingLipSync -LiteralPath $job.OutputPath -AudioPath $voice");

        Assert.Empty(run.Clean());
        Assert.Contains("-AllowOutputAsInput", Assert.Single(run.Warnings));
        Assert.Equal(1, shell.Emulator.Accepted());
        (await shell.RunAsync("Invoke-KlingLipSync -LiteralPath $job.OutputPath -AudioPath $voice -AllowOutputAsInput")).CleanOne();
        Assert.Equal(2, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_result_of_ours_under_another_name_is_no_clip()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["voice"] = shell.Folder.Sound("voice.wav");
        var saved = (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne().Text("OutputPath")!;
        var renamed = shell.Folder.At("renamed.mp4");
        File.Move(saved, renamed);
        shell["renamed"] = renamed;

        var error = (await shell.RunAsync("Invoke-KlingLipSync $renamed -AudioPath $voice")).OneError("OutputAsInput", ErrorCategory.InvalidArgument);

        Assert.Contains("by its content", error.Exception.Message);
        Assert.Equal(1, shell.Emulator.Accepted());
        (await shell.RunAsync("Invoke-KlingLipSync $renamed -AudioPath $voice -AllowOutputAsInput")).CleanOne();
        Assert.Equal(2, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task Results_beside_their_clips_do_not_stand_in_the_way_of_the_next_run()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell.Folder.Pair("clips", "one.mp4");
        shell["films"] = shell.Folder.At("clips", "*.mp4");
        shell["clips"] = shell.Folder.At("clips");
        shell["voice"] = shell.Folder.Sound("voice.wav");
        var first = (await shell.RunAsync("Invoke-KlingLipSync $films -AudioPath $voice -Destination $clips")).CleanOne();

        var again = await shell.RunAsync("Invoke-KlingLipSync $films -AudioPath $voice -Destination $clips");

        Assert.Equal(first.Id(), again.CleanOne().Id());
        Assert.Contains("-AllowOutputAsInput", Assert.Single(again.Warnings));
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Theory]
    [InlineData("{Nmae}")]
    [InlineData("{Name")]
    [InlineData("../{Name}")]
    public async Task A_template_that_makes_no_name(string template)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["template"] = template;

        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -NameTemplate $template")).OneError("NameTemplateInvalid", ErrorCategory.InvalidArgument);

        shell.Emulator.AssertNothingSent();
    }
}
