using System.ComponentModel;
using System.Diagnostics;

namespace KlingLipSync.Bench.Chaos;

/// <summary>What runs the module: the user's own PowerShell, or the small host on the same engine where there is none.</summary>
/// <param name="Name">Its name and version.</param>
/// <param name="Command">The program and its first arguments; the script's path follows.</param>
internal sealed record Shell(string Name, IReadOnlyList<string> Command)
{
    // The kill switch is built for this runtime; an older PowerShell could not load it.
    private static readonly Version Least = new(7, 6);

    /// <param name="wanted"><c>pwsh</c>, <c>host</c> or <c>auto</c>.</param>
    public static Shell Find(string wanted)
    {
        if (wanted != "host" && Version() is { } version && System.Version.TryParse(version.Split('-')[0], out var number) && number >= Least)
        {
            return new Shell($"pwsh {version}", ["pwsh", "-NoLogo", "-NoProfile", "-NonInteractive", "-File"]);
        }

        return wanted == "pwsh"
            ? throw new InvalidOperationException($"There is no pwsh {Least} or later on the PATH.")
            : new Shell("the test host (System.Management.Automation)", ["dotnet", Built.Host, "-"]);
    }

    /// <summary>The start of one run of a script, with the given settings in its environment.</summary>
    public ProcessStartInfo Start(string script, IEnumerable<(string Name, string? Value)> settings)
    {
        var start = new ProcessStartInfo(Command[0], [.. Command.Skip(1), script]);
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        foreach (var (name, value) in settings)
        {
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        return start;
    }

    private static string? Version()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("pwsh", ["-NoLogo", "-NoProfile", "-Command", "$PSVersionTable.PSVersion.ToString()"])
            {
                RedirectStandardOutput = true,
            })!;
            return process.StandardOutput.ReadToEnd().Trim();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
