using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Commands.Proxies;

/// <summary>An emulator behind https, at a name that no resolver knows: only a proxy finds the way to it.</summary>
internal sealed class SecureFal : IAsyncDisposable
{
    private const string Host = "fal.test";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly X509Certificate2 certificate;
    private readonly Task accepting;
    private int connections;

    private SecureFal(string folder)
    {
        listener.Start();
        certificate = Certify(AuthorityFile = Path.Combine(folder, "authority.pem"));
        accepting = AcceptAsync();
    }

    public EmulatorServer Emulator { get; private set; } = null!;

    /// <summary>Its port on this machine.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The address that clients know.</summary>
    public string Url => $"https://{Host}:{Port}";

    /// <summary>The certificate of the authority to be trusted, for <c>SSL_CERT_FILE</c>.</summary>
    public string AuthorityFile { get; }

    /// <summary>Connections it took.</summary>
    public int Connections => Volatile.Read(ref connections);

    public static async Task<SecureFal> StartAsync(string folder)
    {
        var fal = new SecureFal(folder);
        fal.Emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { PublicUrl = new Uri(fal.Url) });
        return fal;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        await Emulator.DisposeAsync();
        certificate.Dispose();
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
        Interlocked.Increment(ref connections);
        using var closing = stopping.Token.Register(client.Dispose);
        try
        {
            using (client)
            {
                await using var near = new SslStream(client.GetStream());
                await near.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
                using var far = new TcpClient();
                await far.ConnectAsync(IPAddress.Loopback, Emulator.Url.Port);
                Task[] ways = [near.CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near)];
                await Task.WhenAny(ways);

                // The other way ends by the closing of both sockets; nobody is left to look at how.
                _ = Task.WhenAll(ways).ContinueWith(all => all.Exception, TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or AuthenticationException)
        {
            // The other side hung up, or does not trust us.
        }
    }

    /// <summary>A certificate for the name, signed by an authority of its own, which is written to a file.</summary>
    private static X509Certificate2 Certify(string authorityFile)
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authority.PublicKey, false));
        using var root = authority.CreateSelfSigned(from, until);
        File.WriteAllText(authorityFile, root.ExportCertificatePem());

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + Host, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using var signed = request.Create(root, from.AddHours(1), until.AddHours(-1), [1, 2, 3, 4]);
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}
