using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Binding;

/// <summary>Clips as files: from Get-ChildItem, as text, by wildcard, literally.</summary>
public sealed class FileBindingTests
{
    [Fact]
    public async Task Files_of_Get_ChildItem_bind_by_their_path()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(3);
        shell["files"] = Piped.Files(clips);

        var jobs = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Clean();

        Assert.Equal(clips, jobs.Select(j => j.Text("VideoPath")).Order());
        shell.Emulator.AssertOutputs(jobs);
    }

    [Fact]
    public async Task Text_is_a_path()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        shell["paths"] = clips;

        var jobs = (await shell.RunAsync("$paths | Invoke-KlingLipSync -Destination $out")).Clean();

        Assert.Equal(clips, jobs.Select(j => j.Text("VideoPath")).Order());
    }

    [Fact]
    public async Task A_wildcard_names_all_that_match()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(3);
        shell.Folder.Pair("clips", "other.mov.mp4");
        shell["pattern"] = shell.Folder.At("clips", "clip*.mp4");

        var jobs = (await shell.RunAsync("Invoke-KlingLipSync $pattern -Destination $out")).Clean();

        Assert.Equal(clips, jobs.Select(j => j.Text("VideoPath")).Order());
    }

    [Fact]
    public async Task A_wildcard_that_matches_nothing_is_one_error()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("one.mp4");
        shell["paths"] = new[] { shell.Folder.At("none*.mp4"), clip };

        var run = await shell.RunAsync("$paths | Invoke-KlingLipSync -Destination $out");

        var error = run.OneError("FileNotFound", ErrorCategory.ObjectNotFound);
        Assert.Equal(shell.Folder.At("none*.mp4"), error.Target().Text("VideoPath"));
        Assert.Equal(clip, Assert.Single(run.Output).Text("VideoPath"));
    }

    [Fact]
    public async Task Brackets_are_letters_in_a_literal_path()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("clips", "take [1].mp4");
        shell["clip"] = clip;
        shell["files"] = Piped.Files([shell.Folder.Pair("clips", "take [2].mp4")]);

        var literal = (await shell.RunAsync("Invoke-KlingLipSync -LiteralPath $clip -Destination $out")).CleanOne();
        var piped = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).CleanOne();

        Assert.Equal(clip, literal.Text("VideoPath"));
        Assert.Equal(shell.Folder.At("out", "take [2].lipsync.mp4"), piped.Text("OutputPath"));
        Assert.True(File.Exists(piped.Text("OutputPath")));
    }

    [Theory]
    [InlineData("PSPath")]
    [InlineData("LP")]
    [InlineData("VideoPath")]
    public async Task A_literal_path_has_its_usual_names(string name)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");

        Assert.Equal("Saved", (await shell.RunAsync($"Invoke-KlingLipSync -{name} $clip -Destination $out")).CleanOne().State());
    }
}
