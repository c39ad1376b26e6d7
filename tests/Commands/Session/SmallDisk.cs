using System.Diagnostics;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>A small file system of its own in memory, where this user may mount one; else the test is skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string path;

    private SmallDisk(string path) => this.path = path;

    public static SmallDisk Mount(string path, int mebibytes)
    {
        Directory.CreateDirectory(path);
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", ["-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", path]), "This user may not mount a file system.");
        return new SmallDisk(path);
    }

    public void Dispose() => Run("umount", [path]);

    public static bool Run(string command, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
