using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>Wherever the session stands: on drives that have no files, on a drive whose root lies deep, by every way to write a path.</summary>
public sealed class LocationTests
{
    /// <summary>Every path parameter of every command, with an absolute path.</summary>
    private const string Absolute = """
        Invoke-KlingLipSync $clip -Destination $out
        Invoke-KlingLipSync -LiteralPath $clip -AudioPath $sound -Destination $out
        Invoke-KlingLipSync $clip -AudioDirectory $clips -Destination $out
        Get-KlingLipSyncMedia $clip -Pair -Destination $out
        Test-KlingLipSyncMedia -LiteralPath $clip
        Measure-KlingLipSyncCost $clip
        Get-KlingLipSyncJob -VideoPath $clip
        Get-KlingLipSyncJob | Save-KlingLipSyncResult -Destination $more
        Connect-KlingLipSync -StorePath $store
        """;

    [Theory]
    [InlineData("Env:")]
    [InlineData("Variable:")]
    [InlineData("Function:")]
    [InlineData("Alias:")]
    public async Task On_a_drive_without_files_absolute_paths_work_and_relative_ones_are_one_error(string drive)
    {
        await using var shell = await Scene();
        (await shell.RunAsync($"$null = $ExecutionContext.SessionState.Path.SetLocation('{drive}')")).Clean();

        Assert.Equal(9, (await shell.RunAsync(Absolute)).Clean().Count);
        Assert.Equal(1, shell.Emulator.Accepted());

        (await shell.RunAsync("Invoke-KlingLipSync -LiteralPath one.mp4")).OneError("FileNotFound", ErrorCategory.ObjectNotFound);
        (await shell.RunAsync("Invoke-KlingLipSync one.mp4")).OneError("FileNotFound", ErrorCategory.ObjectNotFound);
        (await shell.RunAsync("Invoke-KlingLipSync $clip -AudioPath one.wav")).OneError("FileNotFound", ErrorCategory.ObjectNotFound);
        (await shell.RunAsync("Invoke-KlingLipSync $clip -AudioDirectory sounds")).OneError("FileNotFound", ErrorCategory.ObjectNotFound);
        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination out")).OneError("DestinationInvalid", ErrorCategory.InvalidArgument);
        (await shell.RunAsync("Get-KlingLipSyncJob | Save-KlingLipSyncResult -Destination out")).OneError("DestinationInvalid", ErrorCategory.InvalidArgument);
        (await shell.RunAsync("Connect-KlingLipSync -StorePath store")).OneError("StoreNotWritable", ErrorCategory.PermissionDenied);
        (await shell.RunAsync("Measure-KlingLipSyncCost one.mp4")).Errors.Single().Complete("FileNotFound", ErrorCategory.ObjectNotFound);
        (await shell.RunAsync("Get-KlingLipSyncJob -VideoPath one.mp4")).OneError("FileNotFound", ErrorCategory.ObjectNotFound);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task On_a_drive_whose_root_lies_deep_paths_are_the_systems_own()
    {
        await using var shell = await Scene();
        var deep = shell.Folder.At("very", "deep", "root [1]");
        var clip = shell.Folder.Pair("very", "deep", "root [1]", "in", "two.mp4");
        shell["deep"] = deep;

        var run = await shell.RunAsync("""
            $null = New-PSDrive klip FileSystem $deep
            $null = $ExecutionContext.SessionState.Path.SetLocation('klip:/in')
            Invoke-KlingLipSync two.mp4 -Destination ../out
            Invoke-KlingLipSync -LiteralPath klip:/in/two.mp4 -AudioPath klip:/in/two.wav -Destination klip:\out
            Invoke-KlingLipSync klip:/in/t*.mp4 -AudioDirectory klip:/in -Destination klip:/out/
            Get-KlingLipSyncJob -VideoPath klip:/in/two.mp4
            """.Replace("New-PSDrive klip FileSystem $deep", "$ExecutionContext.SessionState.Drive.New([Management.Automation.PSDriveInfo]::new('klip', $ExecutionContext.SessionState.Provider.GetOne('FileSystem'), $deep, '', $null), 'Global')", StringComparison.Ordinal));

        Assert.Equal(4, run.Clean().Count);
        Assert.All(run.Output, job => Assert.Equal(clip, job.Text("VideoPath")));
        Assert.Equal([Path.Combine(deep, "out", "two.lipsync.mp4")], Directory.GetFiles(Path.Combine(deep, "out")));
        shell.Emulator.AssertOutputs(run.Output.Take(3));
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Theory]
    [InlineData("./one.mp4", "../out")]
    [InlineData("../clips/./one.mp4", "../out/")]
    [InlineData("../clips//one.mp4", "../out///")]
    [InlineData("one.mp4", "./../out/.")]
    [InlineData(@"..\clips\one.mp4", @"..\out\")]
    [InlineData("./o?e.mp4", "../nowhere/../out")]
    [InlineData("./[n-p]ne.mp4", "../out")]
    public async Task Every_way_to_write_a_path_names_the_same_file(string clip, string destination)
    {
        await using var shell = await Scene();
        shell.Session.Location = shell.Folder.At("clips");

        var job = (await shell.RunAsync($"Invoke-KlingLipSync '{clip}' -Destination '{destination}'")).CleanOne();

        Assert.Equal((shell.Folder.At("clips", "one.mp4"), shell.Folder.At("out", "one.lipsync.mp4")), (job.Text("VideoPath"), job.Text("OutputPath")));
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task Home_is_the_sessions_home()
    {
        await using var shell = await Scene();

        var run = await shell.RunAsync("""
            $provider = $ExecutionContext.SessionState.Provider.GetOne('FileSystem')
            $home0 = $provider.Home
            $provider.Home = $clips
            Invoke-KlingLipSync ~/one.mp4 -Destination ~/out
            Invoke-KlingLipSync -LiteralPath ~/one.mp4 -AudioPath ~/one.wav -Destination ~/out
            $provider.Home = $home0
            """);

        Assert.Equal(2, run.Clean().Count);
        Assert.All(run.Output, job => Assert.Equal(shell.Folder.At("clips", "out", "one.lipsync.mp4"), job.Text("OutputPath")));
    }

    [Theory]
    [InlineData("*.none")]
    [InlineData("[[]one].mp4")]
    [InlineData("one[.mp4")]
    public async Task A_pattern_that_names_nothing_is_one_error(string pattern)
    {
        await using var shell = await Scene();
        shell.Session.Location = shell.Folder.At("clips");
        shell["pattern"] = pattern;

        foreach (var command in new[] { "Invoke-KlingLipSync", "Get-KlingLipSyncMedia", "Measure-KlingLipSyncCost" })
        {
            var run = await shell.RunAsync($"{command} $pattern");

            Assert.Equal("FileNotFound", Assert.Single(run.Errors).FullyQualifiedErrorId.Split(',')[0]);
        }

        shell.Emulator.AssertNothingSent();
    }

    [Theory]
    [InlineData("//server/share/one.mp4")]
    [InlineData(@"\\server\share\one.mp4")]
    public async Task A_share_that_is_none_here_is_a_file_that_is_not_there(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Here it is a share, and may be there.");
        await using var shell = await Scene();

        (await shell.RunAsync($"Invoke-KlingLipSync -LiteralPath '{path}' -AudioPath $sound")).OneError("FileNotFound", ErrorCategory.ObjectNotFound);
        (await shell.RunAsync($"Invoke-KlingLipSync '{path}' -AudioPath $sound")).OneError("FileNotFound", ErrorCategory.ObjectNotFound);
    }

    private static async Task<LipSyncShell> Scene()
    {
        var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("clips", "one.mp4");
        shell["clip"] = clip;
        shell["clips"] = shell.Folder.At("clips");
        shell["sound"] = Path.ChangeExtension(clip, ".wav");
        shell["more"] = shell.Folder.At("more");
        return shell;
    }
}
