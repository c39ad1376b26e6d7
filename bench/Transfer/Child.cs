using System.Diagnostics;

namespace KlingLipSync.Bench.Transfer;

/// <summary>This program again, in a process of its own.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process process;

    private Child(Process process) => this.process = process;

    public static Child Start(params string[] arguments) => new(Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!, Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0], .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!);

    /// <summary>Runs another program to its end.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    /// <summary>Has it do its work once more.</summary>
    public async Task<string> AgainAsync()
    {
        await process.StandardInput.WriteLineAsync();
        return await LineAsync();
    }

    /// <summary>The next line that it prints.</summary>
    public async Task<string> LineAsync() => await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("It ended without a word.");

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
