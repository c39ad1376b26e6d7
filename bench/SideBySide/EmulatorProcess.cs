using System.Diagnostics;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;

namespace KlingLipSync.Bench.SideBySide;

/// <summary>The emulator in a process of its own, the same for all contenders.</summary>
internal sealed class EmulatorProcess : IAsyncDisposable
{
    /// <summary>No waiting: what is measured is the client.</summary>
    public static readonly string[] Instant = ["--queue-seconds", "0", "--run-seconds", "0"];

    private readonly Process process;
    private readonly HttpClient http;

    private EmulatorProcess(Process process, Uri url)
    {
        this.process = process;
        http = new HttpClient { BaseAddress = url };
        Url = url;
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>The processor time that it has used so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static async Task<EmulatorProcess> StartAsync(params string[] options)
    {
        var program = typeof(EmulatorProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "EmulatorProgram").Value!;
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, "--port", "0", "--concurrency", "100000", "--ffmpeg", "off", .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The emulator did not start.");
        using var told = JsonDocument.Parse(line);
        return new EmulatorProcess(process, new Uri(told.RootElement.GetProperty("url").GetString()!));
    }

    /// <summary>What it has seen since the last reset.</summary>
    public Task<JsonElement> LedgerAsync() => http.GetFromJsonAsync<JsonElement>("_emulator/ledger");

    /// <summary>Forgets all requests, files, counts and faults.</summary>
    public async Task ResetAsync() => (await http.PostAsync("_emulator/reset", null)).EnsureSuccessStatusCode();

    /// <summary>Makes things go wrong.</summary>
    public async Task AddFaultsAsync(params object[] faults) => (await http.PostAsJsonAsync("_emulator/faults", faults)).EnsureSuccessStatusCode();

    /// <summary>A call of fal's contract, with the key.</summary>
    public async Task<JsonElement> CallAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Key {Contender.Key}");
        using var response = await http.SendAsync(request);
        return await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>It ends with its standard input.</summary>
    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
