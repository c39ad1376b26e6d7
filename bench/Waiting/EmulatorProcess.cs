using System.Diagnostics;
using System.Text.Json;

namespace KlingLipSync.Bench.Waiting;

/// <summary>A local fal in a process of its own; it ends with its standard input.</summary>
internal sealed class EmulatorProcess : IDisposable
{
    private readonly Process process;
    private readonly HttpClient http = new();

    public EmulatorProcess(params string[] options)
    {
        process = Process.Start(new ProcessStartInfo("dotnet", [Built.Emulator, "--port", "0", .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using var line = JsonDocument.Parse(process.StandardOutput.ReadLine()!);
        Url = line.RootElement.GetProperty("url").GetString()!;
    }

    public string Url { get; }

    /// <summary>How often a route was hit.</summary>
    public async Task<int> HitsAsync(string route)
    {
        using var ledger = JsonDocument.Parse(await http.GetStringAsync(Url + "/_emulator/ledger"));
        return ledger.RootElement.GetProperty("counts").GetProperty(route).GetInt32();
    }

    public void Dispose()
    {
        http.Dispose();
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
