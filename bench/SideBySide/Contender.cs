using System.Diagnostics;
using System.Text.Json;

namespace KlingLipSync.Bench.SideBySide;

/// <summary>One program with its settings. Each run is a process of its own that writes down what it measured.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="Start">A process, told the settings in its environment.</param>
internal sealed record Contender(string Name, Func<IReadOnlyDictionary<string, string>, ProcessStartInfo> Start)
{
    public const string Key = "demo:demo";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(60);

    /// <summary>A script in PowerShell.</summary>
    public static Contender InShell(Shell shell, string name, string script) =>
        new(name, settings => shell.Start(Script("scripts", script), settings.Select(s => (s.Key, (string?)s.Value))));

    /// <summary>A script in Node, on fal's own client.</summary>
    /// <param name="name">What the report calls it.</param>
    /// <param name="script">The script.</param>
    /// <param name="mode">How the client waits: <c>default</c>, <c>poll</c> or <c>streaming</c>.</param>
    public static Contender InNode(string name, string script, string mode = "default") => new(name, settings =>
    {
        var start = new ProcessStartInfo("node", [Script("rival", script)]);
        start.Environment["BENCH_MODE"] = mode;
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        return start;
    });

    /// <summary>Runs it once.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it printed.</exception>
    public async Task<Sample> RunAsync(IReadOnlyDictionary<string, string> settings, Action<Process>? started = null)
    {
        var report = Path.GetTempFileName();
        var start = Start(new Dictionary<string, string>(settings)
        {
            ["BENCH_REPORT"] = report,
            ["BENCH_METER"] = Script("scripts", "meter.ps1"),
            ["FAL_KEY"] = Key,
        });
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        started?.Invoke(process);
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        var text = await File.ReadAllTextAsync(report);
        File.Delete(report);
        return text.Length > 0
            ? new Sample(JsonDocument.Parse(text).RootElement)
            : throw new InvalidOperationException($"{Name} told nothing: {await output}{await errors}");
    }

    private static string Script(string folder, string name) => Path.Combine(Built.Root, "bench", "SideBySide", folder, name);
}
