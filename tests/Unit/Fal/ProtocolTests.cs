using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KlingLipSync.Fal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>Which protocol goes over the wire where the server has both.</summary>
public class ProtocolTests
{
    [Theory]
    [InlineData(HttpProtocols.Http1AndHttp2, "HTTP/2", "HTTP/1.1")]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1", "HTTP/1.1")]
    public async Task Calls_with_the_key_share_an_http_2_connection_and_bytes_of_files_do_not(HttpProtocols offered, string keyed, string plain)
    {
        await using var server = await StartAsync(offered);
        var url = new Uri(server.Urls.Single());

        Assert.Equal(keyed, await SeenAsync(url, FalCredential.Parse(Wire.Key)));
        Assert.Equal(plain, await SeenAsync(url, credential: null));
    }

    private static async Task<string> SeenAsync(Uri url, FalCredential? credential)
    {
        // The certificate is the test's own.
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        using var exchange = new FalExchange(new HttpMessageInvoker(handler, disposeHandler: true), credential, TimeProvider.System);
        using var deadline = new FalDeadline(TimeSpan.FromSeconds(30), TimeProvider.System, default);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return (await exchange.SendAsync(FalRoute.Status, request, deadline, default)).Body;
    }

    private static async Task<WebApplication> StartAsync(HttpProtocols offered)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var certificate = X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pkcs12), null);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = offered;
            listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(context.Request.Protocol));
        await app.StartAsync();
        return app;
    }
}
