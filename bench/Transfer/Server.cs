using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KlingLipSync.Bench.Transfer;

/// <summary>Takes bytes and drops them, gives bytes, and answers small calls: what a client costs shows best where the other side does next to nothing.</summary>
internal static class Server
{
    public const int SmallCallMilliseconds = 20;

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        using var certificate = Certificate();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(certificate);
            });
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        Console.WriteLine(string.Join(' ', app.Urls.OrderBy(url => url.Length)));
        await Console.In.ReadToEndAsync();
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var root = $"{request.Scheme}://{request.Host}";
        switch (request.Path.Value!.Split('/')[1])
        {
            case "rest":
                await response.WriteAsync($$"""{"upload_url":"{{root}}/cdn/upload/1?sig=s","file_url":"{{root}}/cdn/files/{{Guid.NewGuid():N}}.mp4"}""");
                break;
            case "small":
                await Task.Delay(SmallCallMilliseconds);
                response.StatusCode = 202;
                await response.WriteAsync("""{"status":"IN_PROGRESS","request_id":"019a2b3c","logs":null}""");
                break;
            case "file":
                var block = new byte[64 << 10];
                response.ContentLength = 10 << 20;
                for (var n = 0; n < 160; n++)
                    await response.Body.WriteAsync(block);
                break;
            default:
                await DrainAsync(request.Body);
                response.Headers.ETag = "\"tag\"";
                break;
        }
    }

    private static async Task DrainAsync(Stream body)
    {
        var buffer = new byte[128 << 10];
        while (await body.ReadAsync(buffer) > 0)
        {
        }
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var signed = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pkcs12), null);
    }
}
