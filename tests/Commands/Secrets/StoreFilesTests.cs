using System.Runtime.Versioning;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Secrets;

/// <summary>The store holds URLs that anyone could fetch: on Unix its files are their owner's alone.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StoreFilesTests
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Nobody_else_may_read_any_of_them_while_a_run_is_at_work_or_after_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There the profile's own rights hold.");
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(2) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        Directory.CreateDirectory(shell.Folder.Store);
        File.SetUnixFileMode(shell.Folder.Store, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        var running = shell.Begin("$files | Invoke-KlingLipSync -Destination $out");
        var owners = Path.Combine(shell.Folder.Store, "owners");
        await Until.True(() => Directory.Exists(owners) && Directory.EnumerateFiles(owners).Any(), "a run at work");
        AssertPrivate(shell.Folder.Store);
        Assert.Equal(2, (await running.EndAsync()).Clean().Count);

        AssertPrivate(shell.Folder.Store);
        Assert.Equal(
            ["copies", "owners", "uploads"],
            Directory.GetDirectories(shell.Folder.Store).Select(d => Path.GetFileName(d)!).Order());
    }

    /// <summary>The folder itself may be one that its user made as he likes it; what the module makes in it is private.</summary>
    private static void AssertPrivate(string store)
    {
        foreach (var folder in Directory.GetDirectories(store))
        {
            Assert.Equal((folder, Mine | UnixFileMode.UserExecute), (folder, File.GetUnixFileMode(folder)));
        }

        foreach (var file in Directory.GetFiles(store, "*", SearchOption.AllDirectories))
        {
            try
            {
                Assert.Equal((file, Mine), (file, File.GetUnixFileMode(file)));
            }
            catch (FileNotFoundException)
            {
                // A lock of another moment.
            }
        }
    }
}
