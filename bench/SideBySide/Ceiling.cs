using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace KlingLipSync.Bench.SideBySide;

/// <summary>The least that the same work can cost: three bare round trips a job over open sockets, nothing parsed but the length and the id.</summary>
internal static class Ceiling
{
    private const string App = "/queue/fal-ai/kling-video";

    /// <summary>Drives the emulator as fast as it goes.</summary>
    /// <returns>The time it took, and the part of it that the emulator computed; 1 is one core, busy all the time.</returns>
    public static async Task<(double Milliseconds, double EmulatorCores)> RunAsync(EmulatorProcess fal, int jobs, int atOnce)
    {
        await fal.ResetAsync();
        var (left, processor, started) = (jobs, fal.Processor, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Math.Min(atOnce, jobs)).Select(_ => Task.Run(async () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(fal.Url.Host, fal.Url.Port);
            var buffer = new byte[4096];
            for (int job; (job = Interlocked.Decrement(ref left)) >= 0;)
            {
                var body = $$"""{"video_url":"https://media.example.com/{{job}}.mp4","audio_url":"https://media.example.com/{{job}}.m4a"}""";
                var receipt = await AskAsync(socket, buffer, $"POST {App}/lipsync/audio-to-video HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}", body);
                var id = Between(receipt, "\"request_id\":\"", "\"");
                while (!(await AskAsync(socket, buffer, $"GET {App}/requests/{id}/status HTTP/1.1")).Contains("COMPLETED", StringComparison.Ordinal))
                {
                    // A job that is done at once is seen so at the first look, or the second.
                }

                await AskAsync(socket, buffer, $"GET {App}/requests/{id} HTTP/1.1");
            }
        })));
        var took = Stopwatch.GetElapsedTime(started);
        return (took.TotalMilliseconds, (fal.Processor - processor) / took);
    }

    private static async Task<string> AskAsync(Socket socket, byte[] buffer, string head, string body = "")
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{head}\r\nHost: localhost\r\nAuthorization: Key {Contender.Key}\r\n\r\n{body}"));
        for (var read = 0; ;)
        {
            var more = await socket.ReceiveAsync(buffer.AsMemory(read));
            read += more > 0 ? more : throw new IOException("The emulator closed the connection.");
            var text = Encoding.ASCII.GetString(buffer, 0, read);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && read >= end + 4 + int.Parse(Between(text, "Content-Length: ", "\r\n"), System.Globalization.CultureInfo.InvariantCulture))
            {
                return text;
            }
        }
    }

    private static string Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[start..text.IndexOf(after, start, StringComparison.Ordinal)];
    }
}
