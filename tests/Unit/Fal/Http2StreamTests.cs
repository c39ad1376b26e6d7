using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KlingLipSync.Fal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>Streams over TLS, with a server that speaks both versions of HTTP or only the older one.</summary>
public sealed class Http2StreamTests
{
    private const int Count = 40;

    [Theory]
    [InlineData(HttpProtocols.Http1AndHttp2, "HTTP/2", 1)]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1", Count)]
    public async Task Many_streams_share_one_connection_where_the_server_can(HttpProtocols protocols, string version, int connections)
    {
        var heard = new ConcurrentBag<(string Version, string Connection)>();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var certificate = SelfSigned();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(certificate);
        }));
        await using var server = builder.Build();
        server.Run(async context =>
        {
            heard.Add((context.Request.Protocol, context.Connection.Id));
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: " + Wire.Status("IN_PROGRESS") + "\n\n");
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.WriteAsync("data: " + Wire.Status("COMPLETED") + "\n\n");
        });
        await server.StartAsync();
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString() } };
        var credential = FalCredential.Parse(Wire.Key);
        using var exchange = new FalExchange(new HttpMessageInvoker(handler), credential, TimeProvider.System);
        var stream = new FalStatusStream(exchange, credential, TimeProvider.System);
        var started = 0;

        // One connection is up before the others are asked for.
        var url = new Uri(server.Urls.First() + "/requests/1/status");
        var first = ReadAsync();
        while (Volatile.Read(ref started) < 1)
        {
            await Task.Delay(5);
        }

        var reading = Enumerable.Range(1, Count - 1).Select(_ => ReadAsync()).ToList();
        while (Volatile.Read(ref started) < Count)
        {
            await Task.Delay(5);
        }

        go.SetResult();
        await Task.WhenAll([first, .. reading]);
        Assert.All(heard, one => Assert.Equal(version, one.Version));
        Assert.Equal((Count, connections), (heard.Count, heard.Select(one => one.Connection).Distinct().Count()));

        async Task ReadAsync()
        {
            var last = FalStatusKind.StillUnknown;
            await foreach (var status in stream.ReadAsync(url, default))
            {
                if (last == FalStatusKind.StillUnknown)
                    Interlocked.Increment(ref started);
                last = status.Kind;
            }

            Assert.Equal(FalStatusKind.Completed, last);
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
