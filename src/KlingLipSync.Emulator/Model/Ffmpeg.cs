using System.Diagnostics;
using System.Globalization;

namespace KlingLipSync.Emulator.Model;

/// <summary>Gives a video another sound, where ffmpeg is on the PATH.</summary>
internal sealed class Ffmpeg : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly string? program;
    private readonly SemaphoreSlim slots = new(Math.Max(1, Environment.ProcessorCount));

    public Ffmpeg(bool use) => program = use ? OnPath() : null;

    public bool Available => program is not null;

    /// <summary>True when <paramref name="output"/> was written: the video as it is, with the sound, no longer than the video.</summary>
    public async Task<bool> MuxAsync(string video, string audio, double seconds, string output, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            using var process = Process.Start(Command(video, audio, seconds, output));
            if (process is null)
                return false;
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Longest);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancellationToken.ThrowIfCancellationRequested();
                return false;
            }

            await errors;
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
        finally
        {
            slots.Release();
        }
    }

    public void Dispose() => slots.Dispose();

    private ProcessStartInfo Command(string video, string audio, double seconds, string output)
    {
        var start = new ProcessStartInfo(program!) { RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false, CreateNoWindow = true };
        foreach (var argument in (ReadOnlySpan<string>)
            [
                "-nostdin", "-v", "error", "-i", video, "-i", audio, "-map", "0:v:0", "-map", "1:a:0", "-c:v", "copy", "-c:a", "aac",
                "-t", seconds.ToString("0.###", CultureInfo.InvariantCulture), "-movflags", "+faststart", "-f", "mp4", "-y", output,
            ])
            start.ArgumentList.Add(argument);
        return start;
    }

    private static string? OnPath()
    {
        var name = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}
