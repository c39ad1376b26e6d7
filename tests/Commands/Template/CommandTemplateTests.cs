using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Template;

/// <summary>
/// A template: what the tests of a command show, over a command that writes files. Copy it into the folder of its subject and put
/// your command, its parameters and its errors in.
/// </summary>
public sealed class CommandTemplateTests
{
    /// <summary>One line for each way in: by position, by name, as an object, through the pipe, and as the property of any object.</summary>
    [Theory]
    [InlineData("Save-KlingLipSyncResult $job.Id -Destination $out")]
    [InlineData("Save-KlingLipSyncResult -Id $job.RequestId -Destination $out")]
    [InlineData("Save-KlingLipSyncResult -InputObject $job -Destination $out")]
    [InlineData("$job | Save-KlingLipSyncResult -Destination $out")]
    [InlineData("$job.Id | Save-KlingLipSyncResult -Destination $out")]
    [InlineData("[pscustomobject]@{ Id = $job.Id } | Save-KlingLipSyncResult -Destination $out")]
    public async Task It_does_its_work_by_parameter_and_by_pipe(string script)
    {
        await using var shell = await Completed();

        var file = (await shell.RunAsync(script)).CleanOne();

        // What the emulator made and what lies on the disk, not only what the command says.
        Assert.Equal(shell.Folder.At("out", "one.lipsync.mp4"), file.Text("FullName"));
        shell.Emulator.AssertOutputs([(await shell.RunAsync("$job | Get-KlingLipSyncJob -Local")).CleanOne()]);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task What_it_cannot_do_is_one_error_and_the_rest_goes_on()
    {
        await using var shell = await Completed();

        var run = await shell.RunAsync("'nobody', $job.Id | Save-KlingLipSyncResult -Destination $out");

        Assert.Equal("nobody", run.OneError("JobNotFound", ErrorCategory.ObjectNotFound).TargetObject);
        Assert.Single(run.Output);
    }

    [Fact]
    public async Task A_rehearsal_names_the_target_and_touches_nothing()
    {
        await using var shell = await Completed();
        var before = shell.Emulator.Ledger().Counts;

        var run = await shell.RunAsync("$job | Save-KlingLipSyncResult -Destination $out -WhatIf");

        Assert.Empty(run.Clean());
        Assert.Contains(run.Shown, line => line.Contains(shell.Folder.At("out", "one.lipsync.mp4")));
        Assert.False(Directory.Exists(shell.Folder.Out));
        Assert.Equal(before, shell.Emulator.Ledger().Counts);
    }

    /// <summary>The scene: an emulator, a store and a folder of their own, and a job in <c>$job</c> whose result is ready.</summary>
    private static async Task<LipSyncShell> Completed()
    {
        var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip")).Clean();
        return shell;
    }
}
