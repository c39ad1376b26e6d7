using System.Diagnostics;
using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>What is no plain file, and what does not stay what it was.</summary>
public sealed class OddFileTests
{
    private static bool IsUnix => !OperatingSystem.IsWindows();

    [Fact]
    public async Task A_link_is_the_file_behind_it()
    {
        Assert.SkipUnless(IsUnix, "Links take rights here that a test has not.");
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("real", "one.mp4");
        Directory.CreateDirectory(shell.Folder.At("clips"));
        File.CreateSymbolicLink(shell.Folder.At("clips", "two.mp4"), clip);
        File.CreateSymbolicLink(shell.Folder.At("clips", "two.wav"), Path.ChangeExtension(clip, ".wav"));
        shell["link"] = shell.Folder.At("clips", "two.mp4");

        var job = (await shell.RunAsync("Invoke-KlingLipSync $link -Destination $out")).CleanOne();

        shell.Emulator.AssertOutputs([job]);
        Assert.Equal(shell.Folder.At("out", "two.lipsync.mp4"), job.Text("OutputPath"));
        Assert.Equal(
            new[] { clip, Path.ChangeExtension(clip, ".wav") }.Select(LedgerReading.Sha256).Order(),
            shell.Emulator.Ledger().Uploads.Select(u => u.Sha256).Order());
    }

    [Fact]
    public async Task A_file_that_changes_behind_a_link_is_another_clip()
    {
        Assert.SkipUnless(IsUnix, "Links take rights here that a test has not.");
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("real", "one.mp4");
        File.CreateSymbolicLink(shell.Folder.At("current.mp4"), clip);
        shell["link"] = shell.Folder.At("current.mp4");
        shell["sound"] = Path.ChangeExtension(clip, ".wav");
        (await shell.RunAsync("Invoke-KlingLipSync $link -AudioPath $sound")).CleanOne();

        shell.Folder.Clip("real", "one.mp4");
        var anew = (await shell.RunAsync("Invoke-KlingLipSync $link -AudioPath $sound")).CleanOne();

        Assert.False(anew.Reused());
        Assert.Equal(2, shell.Emulator.Accepted());
    }

    [Theory]
    [InlineData("dangling", "FileNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("loop", "FileUnreadable", ErrorCategory.ReadError)]
    [InlineData("folder", "FileUnreadable", ErrorCategory.ReadError)]
    [InlineData("pipe", "FileEmpty", ErrorCategory.InvalidData)]
    [InlineData("linked pipe", "FileEmpty", ErrorCategory.InvalidData)]
    [InlineData("device", "FileEmpty", ErrorCategory.InvalidData)]
    public async Task What_is_no_file_is_one_error_at_once(string what, string id, ErrorCategory category)
    {
        Assert.SkipUnless(IsUnix, "There is no such thing here.");
        await using var shell = await LipSyncShell.OpenAsync();
        var path = shell.Folder.At("clips", "odd.mp4");
        var good = shell.Folder.Pair("clips", "good.mp4");
        shell.Folder.Sound("clips", "odd.wav");
        switch (what)
        {
            case "dangling":
                File.CreateSymbolicLink(path, shell.Folder.At("nowhere.mp4"));
                break;
            case "loop":
                File.CreateSymbolicLink(path, path);
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "pipe":
                MakePipe(path);
                break;
            case "linked pipe":
                MakePipe(shell.Folder.At("pipe"));
                File.CreateSymbolicLink(path, shell.Folder.At("pipe"));
                break;
            default:
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
        }

        shell["files"] = new[] { path, good };
        shell["odd"] = path;

        foreach (var script in new[] { "Invoke-KlingLipSync -LiteralPath $files -Destination $out", "Invoke-KlingLipSync -LiteralPath $files -Destination $out -SkipMediaCheck" })
        {
            var run = await shell.RunAsync(script);

            Assert.Equal(path, run.OneError(id, category).Target().Text("VideoPath"));
            shell.Emulator.AssertOutputs(run.Output);
            Assert.Equal(good, Assert.Single(run.Output).Text("VideoPath"));
        }

        // As the sound of a good clip, too, and for the commands that only look.
        Assert.Contains((await shell.RunAsync("Invoke-KlingLipSync -LiteralPath $files[1] -AudioPath $odd")).Errors, e => e.FullyQualifiedErrorId.StartsWith(id + ",", StringComparison.Ordinal));
        Assert.Equal("Refuse", (await shell.RunAsync("Get-KlingLipSyncMedia -LiteralPath $odd")).CleanOne().Text("Verdict"));
        Assert.False((bool)(await shell.RunAsync("Test-KlingLipSyncMedia -LiteralPath $odd")).CleanOne().BaseObject);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_clip_that_is_gone_by_the_time_its_turn_comes_takes_nothing_from_the_others()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(3);
        shell["files"] = Piped.Files(clips);
        File.Delete(clips[0]);
        File.Delete(Path.ChangeExtension(clips[1], ".wav"));

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");

        Assert.Equal(["FileNotFound", "PartnerMissing"], run.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal(clips[..2], run.Errors.Select(e => e.Target().Text("VideoPath")));
        Assert.Equal(clips[2], Assert.Single(run.Output).Text("VideoPath"));
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_file_that_another_program_writes_to_is_not_sent()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        shell["files"] = Piped.Files(clips);
        using var locked = new FileStream(clips[0], FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out");

        Assert.Equal(clips[0], run.OneError("FileUnreadable", ErrorCategory.ReadError).Target().Text("VideoPath"));
        Assert.Equal(clips[1], Assert.Single(run.Output).Text("VideoPath"));
    }

    [Theory]
    [InlineData("a folder that nobody can write to")]
    [InlineData("a full disk")]
    public async Task A_place_that_takes_no_file_is_met_before_anything_is_paid(string what)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        using var mount = Mount.TryMake(what == "a full disk" ? "size=64k" : "size=1m,ro");
        Assert.SkipWhen(mount is null, "No file system can be mounted here.");
        shell["place"] = mount.Path;
        if (what == "a full disk")
        {
            mount.Fill();
        }

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $place");

        if (what == "a full disk")
        {
            // An empty file can still be made there: the result is paid for, kept by fal, and saved where there is room.
            run.OneError("DownloadFailed", ErrorCategory.WriteError);
            Assert.DoesNotContain(Directory.GetFiles(mount.Path), f => f.EndsWith(".partial", StringComparison.Ordinal));
            shell.Emulator.AssertOutputs([(await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne()]);
            Assert.Equal(1, shell.Emulator.Accepted());
        }
        else
        {
            run.OneError("DestinationInvalid", ErrorCategory.InvalidArgument);
            shell.Emulator.AssertNothingSent();
        }
    }

    private static void MakePipe(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>A small file system in memory, for as long as the test.</summary>
    private sealed class Mount : IDisposable
    {
        private Mount(string path) => Path = path;

        public string Path { get; }

        public static Mount? TryMake(string options)
        {
            if (!OperatingSystem.IsLinux())
            {
                return null;
            }

            var path = Directory.CreateTempSubdirectory("klip-mount-").FullName;
            try
            {
                using var process = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]) { RedirectStandardError = true })!;
                process.WaitForExit();
                if (process.ExitCode == 0)
                {
                    return new Mount(path);
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // There is no such program.
            }

            Directory.Delete(path);
            return null;
        }

        public void Fill()
        {
            using var file = new FileStream(System.IO.Path.Combine(Path, "filler"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
            try
            {
                while (true)
                {
                    file.Write(new byte[4096]);
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        public void Dispose()
        {
            using var process = Process.Start("umount", [Path]);
            process.WaitForExit();
            Directory.Delete(Path);
        }
    }
}
