using System.Net;
using System.Net.Sockets;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>A SOCKS proxy that gives the same answers, one after each thing it hears, to everybody.</summary>
internal sealed class SocksServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly byte[][] answers;
    private int connections;

    /// <param name="answers">The answers in hexadecimal, with spaces between them.</param>
    public SocksServer(string answers)
    {
        this.answers = [.. answers.Split(' ').Select(Convert.FromHexString)];
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref connections);

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref connections);
                var stream = client.GetStream();
                var heard = new byte[1024];
                foreach (var answer in answers)
                {
                    if (await stream.ReadAsync(heard) == 0)
                        break;
                    await stream.WriteAsync(answer);
                }

                // Until the other side has heard enough.
                while (await stream.ReadAsync(heard) > 0)
                {
                }
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
