using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Refusals;

/// <summary>A destination that nothing can be saved into.</summary>
public sealed class DestinationTests
{
    public static TheoryData<string> Destinations => OperatingSystem.IsLinux() ? ["file", "file/below", "/proc/out"] : ["file", "file/below"];

    [Theory]
    [MemberData(nameof(Destinations))]
    public async Task For_the_whole_command_it_ends_it_before_the_first_clip(string destination)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        shell["destination"] = Path.Combine(shell.Folder.Root, destination);
        shell.Folder.Text("x", "file");

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $destination");

        var error = run.OneError("DestinationInvalid", ErrorCategory.InvalidArgument);
        Assert.Equal(Path.Combine(shell.Folder.Root, destination), error.TargetObject.ToString());
        Assert.Empty(run.Output);
        shell.Emulator.AssertNothingSent();
    }

    [Theory]
    [MemberData(nameof(Destinations))]
    public async Task For_one_row_it_is_that_rows_error(string destination)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        shell.Folder.Text("x", "file");
        shell["rows"] = new[]
        {
            Piped.Row(("VideoPath", clips[0]), ("Destination", Path.Combine(shell.Folder.Root, destination))),
            Piped.Row(("VideoPath", clips[1]), ("Destination", shell.Folder.Out)),
        };

        var run = await shell.RunAsync("$rows | Invoke-KlingLipSync");

        Assert.Equal(clips[0], run.OneError("DestinationInvalid", ErrorCategory.InvalidArgument).Target().Text("VideoPath"));
        shell.Emulator.AssertOutputs([Assert.Single(run.Output)]);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task For_saving_it_is_refused_before_anything_is_fetched()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["destination"] = shell.Folder.Text("x", "file");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip")).Clean();

        var run = await shell.RunAsync("$job | Save-KlingLipSyncResult -Destination $destination");

        run.OneError("DestinationInvalid", ErrorCategory.InvalidArgument);
        Assert.Equal(0, shell.Emulator.Hits(Emulator.EmulatorRoute.Download));
    }
}
