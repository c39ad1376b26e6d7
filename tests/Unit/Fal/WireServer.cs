using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>A server that speaks HTTP/1.1 by hand, so that a test sees each byte and can break off anywhere.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<WireRequest> requests = new();
    private readonly Func<WireRequest, WireAnswer> answer;
    private readonly Task accepting;

    public WireServer(Func<WireRequest, WireAnswer> answer)
    {
        this.answer = answer;
        listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        accepting = AcceptAsync();
    }

    /// <summary>A server that gives its answers in turn, and the last one from then on.</summary>
    public static WireServer InTurn(params WireAnswer[] answers)
    {
        var next = -1;
        return new WireServer(_ => answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)]);
    }

    public string Url { get; }

    public WireRequest[] Requests => [.. requests];

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptSocketAsync(stopping.Token);
                _ = ServeAsync(socket);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var closing = stopping.Token.Register(socket.Dispose);
        try
        {
            socket.NoDelay = true;
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            while (await ReadAsync(stream) is { } request)
            {
                requests.Enqueue(request);
                if (!await SendAsync(socket, stream, answer(request)))
                    return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client left, or the test is over.
        }
    }

    private async Task<bool> SendAsync(Socket socket, Stream stream, WireAnswer reply)
    {
        if (reply.Silent)
            await Task.Delay(Timeout.Infinite, stopping.Token);
        if (reply.Reset)
        {
            Reset(socket);
            return false;
        }

        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} X\r\n"));
        if (reply.ContentType is not null)
            head.Append("Content-Type: ").Append(reply.ContentType).Append("\r\n");
        foreach (var (name, value) in reply.Headers)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        if (reply.Write is null)
            head.Append("Content-Length: ").Append(reply.DeclaredLength ?? reply.Body.Length).Append("\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()));
        if (reply.Write is not null)
        {
            await reply.Write(stream, stopping.Token);
            return false;
        }

        await stream.WriteAsync(reply.Body.AsMemory(0, (int)(reply.CutAfter ?? reply.Body.Length)));
        if (reply.CutAfter is null)
            return true;

        // Time for the bytes to arrive: a reset throws away what the other side has not read.
        await Task.Delay(20);
        Reset(socket);
        return false;
    }

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    private static async Task<WireRequest?> ReadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!(head.Length > 3 && head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n'))
        {
            if (await stream.ReadAsync(one) == 0)
                return null;
            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(l => l.Split(": ", 2)).ToDictionary(p => p[0], p => p.ElementAtOrDefault(1) ?? "", StringComparer.OrdinalIgnoreCase);
        var length = headers.TryGetValue("Content-Length", out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (var left = length; left > 0;)
        {
            var n = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)));
            if (n == 0)
                return null;
            hash.AppendData(buffer, 0, n);
            kept.Write(buffer, 0, (int)Math.Min(n, 4096 - kept.Length));
            left -= n;
        }
        return new WireRequest(first[0], first[1], first[2], headers, length, Convert.ToHexStringLower(hash.GetHashAndReset()), Encoding.UTF8.GetString(kept.ToArray()));
    }
}
