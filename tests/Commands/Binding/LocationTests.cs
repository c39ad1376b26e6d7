using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Binding;

/// <summary>Relative paths mean the session's location, which is not the process's; paths off the drives of files are refused.</summary>
public sealed class LocationTests
{
    [Theory]
    [InlineData("Invoke-KlingLipSync one.mp4 -Destination out")]
    [InlineData("Invoke-KlingLipSync ./o*.mp4 -Destination ./out")]
    [InlineData("Invoke-KlingLipSync -LiteralPath one.mp4 -Destination out")]
    [InlineData("'one.mp4' | Invoke-KlingLipSync -AudioPath one.wav -Destination sub/../out")]
    [InlineData("[pscustomobject]@{ VideoPath = 'one.mp4'; AudioPath = 'one.wav'; Destination = 'out' } | Invoke-KlingLipSync")]
    [InlineData("Invoke-KlingLipSync one.mp4 -AudioDirectory . -Destination out")]
    public async Task A_relative_path_means_the_sessions_location(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell.Folder.Pair("here", "one.mp4");
        shell.Session.Location = shell.Folder.At("here");

        var job = (await shell.RunAsync(script)).CleanOne();

        Assert.Equal(shell.Folder.At("here", "one.mp4"), job.Text("VideoPath"));
        Assert.Equal(shell.Folder.At("here", "one.wav"), job.Text("AudioPath"));
        Assert.Equal(shell.Folder.At("here", "out", "one.lipsync.mp4"), job.Text("OutputPath"));
        Assert.True(File.Exists(job.Text("OutputPath")));
    }

    [Fact]
    public async Task Where_each_row_is_bound_counts_and_not_where_the_command_ends()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["first"] = shell.Folder.At("first");
        shell["second"] = shell.Folder.At("second");
        string[] clips = [shell.Folder.Pair("first", "one.mp4"), shell.Folder.Pair("second", "two.mp4")];
        shell.Session.Location = shell.Folder.At("first");

        var jobs = (await shell.RunAsync("""
            & { 'one.mp4'; $null = $ExecutionContext.SessionState.Path.SetLocation($second); 'two.mp4' } | Invoke-KlingLipSync -ThrottleLimit 1
            """)).Clean();

        Assert.Equal(clips, jobs.Select(j => j.Text("VideoPath")));
    }

    [Theory]
    [InlineData("Variable:clip")]
    [InlineData("Env:PATH")]
    [InlineData("nodrive:one.mp4")]
    public async Task A_path_off_the_drives_of_files_is_one_error(string path)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("one.mp4");
        shell["clip"] = clip;
        shell["paths"] = new[] { path, clip };

        foreach (var script in new[]
        {
            "$paths | Invoke-KlingLipSync -NoWait",
            "$paths | ForEach-Object { [pscustomobject]@{ LiteralPath = $_ } } | Invoke-KlingLipSync -NoWait",
        })
        {
            var run = await shell.RunAsync(script);

            Assert.Equal(path, run.OneError("FileNotFound", ErrorCategory.ObjectNotFound).Target().Text("VideoPath"));
            Assert.Equal(clip, Assert.Single(run.Output).Text("VideoPath"));
        }
    }

    [Fact]
    public async Task A_destination_off_the_drives_of_files_is_refused()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");

        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination Env:out")).OneError("DestinationInvalid", ErrorCategory.InvalidArgument);

        shell.Emulator.AssertNothingSent();
    }
}
