using System.ComponentModel;
using System.Diagnostics;

namespace KlingLipSync.Bench.Chaos;

/// <summary>Node with the rival's client, where they can be had.</summary>
/// <param name="Version">Node's version.</param>
internal sealed record Node(string Version)
{
    /// <summary>The client and its version.</summary>
    public const string Client = "@fal-ai/client 1.10.1";

    public static string Folder => Path.Combine(Built.Root, "bench", "Chaos", "rival");

    /// <summary>Installs the client by its lock file when it is not there yet.</summary>
    /// <returns>Null with the reason when it cannot be had.</returns>
    public static (Node? Node, string Why) Find()
    {
        if (Ask(".", "node", "--version") is not { Code: 0 } version)
        {
            return (null, "node not found");
        }

        var client = Path.Combine(Folder, "node_modules", "@fal-ai", "client", "package.json");
        if (!File.Exists(client) || !File.ReadAllText(client).Contains("\"version\": \"1.10.1\"", StringComparison.Ordinal))
        {
            // On Windows npm is a script.
            var install = OperatingSystem.IsWindows() ? Ask(Folder, "cmd", "/c", "npm", "ci") : Ask(Folder, "npm", "ci");
            if (install is not { Code: 0 })
            {
                return (null, install is null ? "npm not found" : "npm could not install the client");
            }
        }

        return (new Node(version.Text.Trim()), "");
    }

    private static (int Code, string Text)? Ask(string folder, string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, WorkingDirectory = folder })!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, text);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
