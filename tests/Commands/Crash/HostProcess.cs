using System.Diagnostics;
using System.Text.Json;

namespace KlingLipSync.Tests.Commands.Crash;

/// <summary>A process of its own that runs a script against the built module on the real engine.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output, errors;

    public HostProcess(string script, Scratch scratch, string? killAt = null, string[]? wrapper = null, bool withoutModule = false,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var file = scratch.File($"{Guid.NewGuid():N}.ps1");
        File.WriteAllText(file, script);
        string[] command = [.. wrapper ?? [], "dotnet", HostPath, withoutModule ? "-" : ModulePath, file, .. killAt is null ? [] : new[] { killAt }];
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        output = process.StandardOutput.ReadToEndAsync();
        errors = process.StandardError.ReadToEndAsync();
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string Root { get; } = FindRoot();

    private static string ModulePath => Path.Combine(Root, "out", "KlingLipSync", "KlingLipSync.psd1");

    private static string HostPath => Path.Combine(Root, "tests", "Host", "bin", Configuration, "net10.0", "Host.dll");

    /// <summary>kill -9.</summary>
    public void Kill() => process.Kill();

    public async Task<int> ExitCodeAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public async Task<(string[] Output, string[] Errors)> ReportAsync()
    {
        await process.WaitForExitAsync();
        var text = await output;
        Assert.True(process.ExitCode == 0, $"exit {process.ExitCode}: {text} {await errors}");
        using var report = JsonDocument.Parse(text);
        return (Strings("Output"), Strings("Errors"));

        string[] Strings(string name) => [.. report.RootElement.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KlingLipSync.psd1")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
