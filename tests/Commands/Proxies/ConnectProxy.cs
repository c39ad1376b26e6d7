using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KlingLipSync.Tests.Commands.Proxies;

/// <summary>A proxy as companies have them: it makes tunnels and sees nothing of what goes through. All of them lead to one local port.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<string> heads = new();
    private readonly Task accepting;
    private readonly int target;
    private int opened;

    /// <param name="target">The port that tunnels lead to, whatever name they were asked for.</param>
    public ConnectProxy(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>The user and password it asks for, as <c>user:password</c>; null to let everybody through.</summary>
    public string? Login { get; init; }

    /// <summary>What it answers instead of a tunnel; 0 for a tunnel, -1 to hang up.</summary>
    public int Refusal { get; set; }

    /// <summary>The head of every request.</summary>
    public string[] Heads => [.. heads];

    /// <summary>Tunnels that came to be.</summary>
    public int Opened => Volatile.Read(ref opened);

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
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var closing = stopping.Token.Register(client.Dispose);
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                while (await ReadHeadAsync(stream) is { } head)
                {
                    heads.Enqueue(head);
                    if (Refusal < 0)
                    {
                        return;
                    }

                    var answer = !head.StartsWith("CONNECT ", StringComparison.Ordinal) ? "405 Method Not Allowed"
                        : Refusal > 0 ? $"{Refusal} Refused"
                        : IsKnown(head) ? null
                        : "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"company\"";
                    if (answer is null)
                    {
                        await TunnelAsync(stream);
                        return;
                    }

                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n"));
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The other side hung up.
        }
    }

    private bool IsKnown(string head) => Login is null
        || head.Contains($"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Login))}\r\n", StringComparison.OrdinalIgnoreCase);

    private async Task TunnelAsync(NetworkStream near)
    {
        using var far = new TcpClient();
        await far.ConnectAsync(IPAddress.Loopback, target);
        Interlocked.Increment(ref opened);
        await near.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
        Task[] ways = [near.CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near)];
        await Task.WhenAny(ways);

        // The other way ends by the closing of both sockets; nobody is left to look at how.
        _ = Task.WhenAll(ways).ContinueWith(all => all.Exception, TaskScheduler.Default);
    }

    private static async Task<string?> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
