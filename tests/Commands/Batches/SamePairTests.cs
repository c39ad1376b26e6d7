using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Batches;

/// <summary>One pair under two names is paid once and saved twice.</summary>
public sealed class SamePairTests
{
    [Fact]
    public async Task In_one_command()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("a.mp4");
        var copy = shell.Folder.At("b.mp4");
        File.Copy(clip, copy);
        File.Copy(shell.Folder.At("a.wav"), shell.Folder.At("b.wav"));
        shell["files"] = Piped.Files([clip, copy]);

        var jobs = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Clean();

        Assert.Equal([clip, copy], jobs.Select(j => j.Text("VideoPath")).Order());
        Assert.Single(jobs.Select(j => j.Id()).Distinct());
        Assert.Equal(1, jobs.Count(j => j.Reused()));
        Assert.Equal(["a.lipsync.mp4", "b.lipsync.mp4"], Directory.GetFiles(shell.Folder.Out).Select(Path.GetFileName).Order());
        Assert.Equal(1, shell.Emulator.Accepted());
        shell.Emulator.AssertOutputs(jobs);
    }

    [Fact]
    public async Task In_two_windows_at_once()
    {
        await using var shell = await LipSyncShell.OpenAsync(Emulator.EmulatorOptions.Instant with { RunTime = TimeSpan.FromMilliseconds(500) });
        var other = await shell.ReopenAsync();
        var files = Piped.Files(shell.Folder.Pairs(3));
        shell["files"] = files;
        other["files"] = files;
        const string script = "$files | Invoke-KlingLipSync -Destination $out";

        var runs = await Task.WhenAll(shell.RunAsync(script), other.RunAsync(script));

        Assert.All(runs, run => shell.Emulator.AssertOutputs(run.Clean()));
        Assert.All(runs, run => Assert.Equal(3, run.Output.Count));
        Assert.Equal(3, shell.Emulator.Accepted());
        Assert.Equal(3, Directory.GetFiles(shell.Folder.Out).Length);
    }
}
