using System.Diagnostics;

namespace KlingLipSync.Tests.Unit.Media;

/// <summary>A program that a test needs and a machine may lack.</summary>
internal static class Tool
{
    public static void SkipUnlessThere(params string[] names)
    {
        foreach (string name in names)
        {
            Assert.SkipUnless(IsThere(name), $"{name} is not on the PATH.");
        }
    }

    public static bool IsThere(string name)
    {
        string file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, file)));
    }

    /// <summary>Runs a program to its end and gives what it wrote; that it fails fails the test.</summary>
    public static string Run(string name, string? folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(name, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{name} ended with {process.ExitCode}: {errors.Result}");
        return output;
    }

    public static void Ffmpeg(string folder, params IEnumerable<string> arguments)
        => Run("ffmpeg", folder, ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", .. arguments]);

    public static string PowerShell(string folder, string script)
    {
        string file = Path.Combine(folder, "lines.ps1");
        File.WriteAllText(file, script);
        return Run("pwsh", folder, "-NoLogo", "-NoProfile", "-NonInteractive", "-File", file);
    }
}
