using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>A server that is not fal: it gives one answer to everything, and knows how often it was called on.</summary>
internal sealed class WebPage : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, string> answer;
    private readonly Task work;
    private int connections;

    /// <param name="answer">The whole answer to a request's head.</param>
    public WebPage(Func<string, string> answer)
    {
        this.answer = answer;
        listener.Start();
        work = Task.Run(ServeAsync);
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>How often anyone connected, whether or not something was asked.</summary>
    public int Connections => Volatile.Read(ref connections);

    public static WebPage Html(int status = 200) => new(_ => Answer(status, "text/html", "<!doctype html><title>Log in</title>"));

    public static string Answer(int status, string type, string body) =>
        $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await work;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref connections);
                _ = AnswerAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was closed.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var head = await ReadRequestAsync(stream);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer(head)));
                client.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(new byte[8192]) > 0)
                {
                    // A close with unread bytes would tear the answer away.
                }
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // The caller left.
            }
        }
    }

    private static async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0)
            {
                break;
            }

            head.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return head.ToString();
    }
}
