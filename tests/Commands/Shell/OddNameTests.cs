using System.Management.Automation;
using System.Text;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>Names as they are on people's disks: every command takes them, by the pipe, literally and escaped.</summary>
public sealed class OddNameTests
{
    /// <summary>Names of clips without their ending.</summary>
    public static TheoryData<string> Names =>
    [
        "a b  c", "it's", "a [1]", "[ab]", "a`b", "$home", "$(x)", "-dash", ".hidden", "a;b & c", "%TEMP%", "#1", "a'b\u2019c", "~", "a..b", "x.mp4",
        "\U0001F600 \U0001F468\u200D\U0001F469\u200D\U0001F467", "u\u0308ber", "\u00fcber", "\u8a66\u9a13", "\u05e9\u05dc\u05d5\u05dd", "COM1", "a{Name}", "@{x=1}",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_clip_of_this_name_goes_all_the_way(string name)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("clips", name + ".mp4");
        shell["clip"] = clip;
        shell["file"] = Piped.File(clip);
        shell["row"] = Piped.Row(("VideoPath", clip), ("AudioPath", Path.ChangeExtension(clip, ".wav")), ("Destination", shell.Folder.Out));
        shell.Session.Location = shell.Folder.At("clips");

        // Relative and literal, escaped as a pattern, piped as a file, as a row.
        var jobs = (await shell.RunAsync("""
            Invoke-KlingLipSync -LiteralPath (Split-Path $clip -Leaf) -Destination $out
            Invoke-KlingLipSync ([WildcardPattern]::Escape($clip)) -Destination $out
            $file | Invoke-KlingLipSync -Destination $out
            $row | Invoke-KlingLipSync
            """.Replace("(Split-Path $clip -Leaf)", "([IO.Path]::GetFileName($clip))", StringComparison.Ordinal))).Clean();

        Assert.Equal(4, jobs.Count);
        Assert.All(jobs, job => Assert.Equal(clip, job.Text("VideoPath")));
        shell.Emulator.AssertOutputs(jobs);
        Assert.Equal(1, shell.Emulator.Accepted());
        Assert.Single(Directory.GetFiles(shell.Folder.Out));

        Assert.True((bool)(await shell.RunAsync("$file | Test-KlingLipSyncMedia -Pair")).CleanOne().BaseObject);
        Assert.Equal(clip, (await shell.RunAsync("Get-KlingLipSyncMedia -LiteralPath $clip")).CleanOne().Text("Path"));
        Assert.Equal(1, (await shell.RunAsync("Measure-KlingLipSyncCost -LiteralPath $clip")).CleanOne().Get("Clips"));
        Assert.Equal(jobs[0].Id(), (await shell.RunAsync("Get-KlingLipSyncJob -VideoPath $clip")).CleanOne().Id());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_folder_of_this_name_is_a_destination_a_place_of_sounds_and_a_store(string name)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("clips", "one.mp4");
        Directory.CreateDirectory(shell.Folder.At(name));
        File.Move(Path.ChangeExtension(clip, ".wav"), shell.Folder.At(name, "one.wav"));
        shell["clip"] = clip;
        shell["folder"] = shell.Folder.At(name);
        shell["store"] = shell.Folder.At(name, "store");

        var job = (await shell.RunAsync("""
            $null = Connect-KlingLipSync -StorePath $store
            Invoke-KlingLipSync $clip -AudioDirectory $folder -Destination $folder
            """)).CleanOne();

        Assert.Equal(shell.Folder.At(name, "one.lipsync.mp4"), job.Text("OutputPath"));
        shell.Emulator.AssertOutputs([job]);
        Assert.True(File.Exists(shell.Folder.At(name, "store", "store.db")));
        var again = (await shell.RunAsync("Get-KlingLipSyncJob | Save-KlingLipSyncResult -Destination (Join-Path $folder sub)".Replace("(Join-Path $folder sub)", "\"$folder/sub/\"", StringComparison.Ordinal))).CleanOne();
        Assert.Equal(shell.Folder.At(name, "sub", "one.lipsync.mp4"), again.Text("FullName"));
    }

    [Fact]
    public async Task Names_that_differ_in_case_alone_are_two_clips_where_the_system_says_so()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "This system keeps no such names apart.");
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([shell.Folder.Pair("clips", "One.mp4"), shell.Folder.Pair("clips", "one.mp4")]);

        var jobs = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Clean();

        Assert.Equal(2, jobs.Select(j => j.Text("OutputPath")).Distinct(StringComparer.Ordinal).Count());
        shell.Emulator.AssertOutputs(jobs);
    }

    [Fact]
    public async Task Two_ways_to_write_one_letter_are_two_names()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "This system keeps no such names apart.");
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([shell.Folder.Pair("clips", "\u00fc.mp4"), shell.Folder.Pair("clips", "u\u0308.mp4")]);

        var jobs = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Clean();

        Assert.Equal(2, shell.Emulator.Accepted());
        shell.Emulator.AssertOutputs(jobs);
    }

    [Fact]
    public async Task A_name_as_long_as_the_system_allows()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var long1 = shell.Folder.Pair("clips", $"{new string('a', 250)}1.mp4");
        var long2 = shell.Folder.Pair("clips", $"{new string('a', 250)}2.mp4");
        shell["files"] = Piped.Files([long1, long2]);

        var jobs = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out")).Clean();

        shell.Emulator.AssertOutputs(jobs);
        Assert.Equal(2, Directory.GetFiles(shell.Folder.Out).Length);
        Assert.All(Directory.GetFiles(shell.Folder.Out), f => Assert.InRange(Encoding.UTF8.GetByteCount(Path.GetFileName(f)), 1, 255));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(3600)]
    public async Task A_path_that_is_longer_than_Windows_once_allowed(int length)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var folder = shell.Folder.Root;
        while (folder.Length < length)
        {
            folder = Path.Combine(folder, new string('d', 100));
        }

        shell["clip"] = shell.Folder.Pair(folder, "one.mp4");
        shell["deep"] = Path.Combine(folder, "out");

        var job = (await shell.RunAsync("Invoke-KlingLipSync -LiteralPath $clip -Destination $deep")).CleanOne();

        shell.Emulator.AssertOutputs([job]);
    }

    [Fact]
    public async Task A_path_that_no_system_takes_is_one_error()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["deep"] = Path.Combine(shell.Folder.Root, string.Join('/', Enumerable.Repeat(new string('d', 200), 30)));

        (await shell.RunAsync("Invoke-KlingLipSync -LiteralPath \"$deep/one.mp4\" -AudioPath $clip")).OneError("FileUnreadable", ErrorCategory.ReadError);
        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $deep")).OneError("DestinationInvalid", ErrorCategory.InvalidArgument);
        shell.Emulator.AssertNothingSent();
    }
}
