using System.Diagnostics;

namespace KlingLipSync.Bench.Chaos;

/// <summary>A process that works, and may be killed or stopped.</summary>
internal sealed class Worker : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process process;
    private readonly Task<string> output, errors;

    public Worker(ProcessStartInfo start)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        process = Process.Start(start)!;
        process.StandardInput.Close();
        output = process.StandardOutput.ReadToEndAsync();
        errors = process.StandardError.ReadToEndAsync();
    }

    public bool HasExited => process.HasExited;

    public bool Succeeded => process.HasExited && process.ExitCode == 0;

    /// <summary>Whether it ended by kill -9, from outside or by its own switch; 128 + 9, and -1 on Windows.</summary>
    public bool WasKilled => process.HasExited && process.ExitCode is 137 or -1;

    public int ExitCode => process.ExitCode;

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It was faster.
        }
    }

    /// <summary>Stops it in the middle of whatever it does.</summary>
    public void Stop() => Signals.Stop(process.Id);

    public void Continue() => Signals.Continue(process.Id);

    /// <summary>Waits for its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="TimeoutException">It did not end by itself, and was killed.</exception>
    public async Task<string> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw new TimeoutException($"A run did not end within {Patience.TotalMinutes:0} minutes.");
        }

        return await output + await errors;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            // A stopped process dies of SIGKILL as well.
            Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }
}
