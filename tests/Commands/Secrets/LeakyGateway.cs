using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace KlingLipSync.Tests.Commands.Secrets;

/// <summary>How a gateway behaves.</summary>
public enum GatewayMood
{
    /// <summary>It lets everything through.</summary>
    Open,

    /// <summary>It answers 401 to everything.</summary>
    Unauthorized,

    /// <summary>It answers 422 in a model's words to everything.</summary>
    Unprocessable,

    /// <summary>It answers with a web page to everything.</summary>
    Page,

    /// <summary>It sends everybody elsewhere.</summary>
    Elsewhere,
}

/// <summary>A gateway before the emulator that repeats what it was told and puts tokens wherever an answer can hold one: headers, words, logs, URLs.</summary>
internal sealed class LeakyGateway : IAsyncDisposable
{
    private static readonly string[] Words = ["detail", "message", "msg", "error", "description"];

    private readonly HttpListener listener = new();
    private readonly HttpClient line = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });
    private readonly string behind;
    private readonly Task work;
    private int answers;

    /// <param name="emulator">What lies behind it.</param>
    public LeakyGateway(Uri emulator)
    {
        behind = emulator.ToString().TrimEnd('/');
        Url = new Uri($"http://127.0.0.1:{FreePort()}/");
        listener.Prefixes.Add(Url.ToString());
        listener.Start();
        work = Task.Run(ServeAsync);
    }

    public Uri Url { get; }

    public GatewayMood Mood { get; set; }

    /// <summary>How many answers it gave.</summary>
    public int Answers => Volatile.Read(ref answers);

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await work;
        line.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // It was closed.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var leak = Planted.Leak(context.Request.Headers["Authorization"] ?? "");
            Interlocked.Increment(ref answers);
            context.Response.AddHeader("Set-Cookie", $"session={Planted.Marker}-c00kie");
            context.Response.AddHeader("X-Echo", leak);
            if (Mood == GatewayMood.Open)
            {
                await ForwardAsync(context, leak);
            }
            else
            {
                await RefuseAsync(context, leak);
            }

            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or HttpRequestException or IOException or ObjectDisposedException)
        {
            // Either side left.
            context.Response.Abort();
        }
    }

    private async Task RefuseAsync(HttpListenerContext context, string leak)
    {
        await context.Request.InputStream.CopyToAsync(Stream.Null);
        var (status, type, body) = Mood switch
        {
            GatewayMood.Unauthorized => (401, "application/json", new JsonObject { ["detail"] = leak, ["error_type"] = $"token={Planted.Marker}-type" }.ToJsonString()),
            GatewayMood.Unprocessable => (422, "application/json", new JsonObject
            {
                ["detail"] = new JsonArray(new JsonObject { ["loc"] = new JsonArray("body", leak), ["msg"] = leak, ["type"] = "value_error", ["input"] = leak }),
            }.ToJsonString()),
            GatewayMood.Page => (200, "text/html", $"<!doctype html><p>{leak}</p>"),
            _ when context.Request.RawUrl!.StartsWith("/elsewhere", StringComparison.Ordinal) => (403, "text/plain", leak),
            _ => (302, "text/plain", leak),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        if (status == 302)
        {
            context.Response.RedirectLocation = $"{Url}elsewhere?token={Planted.Marker}-elsewhere";
        }

        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
    }

    private async Task ForwardAsync(HttpListenerContext context, string leak)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.HttpMethod), behind + context.Request.RawUrl);
        if (context.Request.HasEntityBody)
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var isJson = context.Request.ContentType?.Contains("json", StringComparison.Ordinal) == true;
            request.Content = new ByteArrayContent(isJson
                ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body.ToArray()).Replace(Url.ToString().TrimEnd('/'), behind, StringComparison.Ordinal))
                : body.ToArray());
        }

        foreach (var name in context.Request.Headers.AllKeys.OfType<string>().Where(n => n is not ("Host" or "Content-Length" or "Transfer-Encoding" or "Connection" or "Expect")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, context.Request.Headers[name]))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, context.Request.Headers[name]);
            }
        }

        using var response = await line.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (name is not ("Content-Length" or "Transfer-Encoding" or "Connection" or "Server" or "Date"))
            {
                context.Response.AddHeader(name, string.Join(", ", values));
            }
        }

        await using var answer = await response.Content.ReadAsStreamAsync();
        switch (response.Content.Headers.ContentType?.MediaType)
        {
            case "application/json":
                using (var text = new StreamReader(answer))
                {
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Spoiled(await text.ReadToEndAsync(), leak)));
                }

                break;
            case "text/event-stream":
                await StreamAsync(answer, context.Response, leak);
                break;
            default:
                if (response.Content.Headers.ContentLength is { } length)
                {
                    context.Response.ContentLength64 = length;
                }

                await answer.CopyToAsync(context.Response.OutputStream);
                break;
        }
    }

    private async Task StreamAsync(Stream answer, HttpListenerResponse response, string leak)
    {
        response.SendChunked = true;
        using var lines = new StreamReader(answer);
        while (await lines.ReadLineAsync() is { } text)
        {
            var shown = text.StartsWith("data:", StringComparison.Ordinal) ? "data: " + Spoiled(text[5..], leak) : text.StartsWith(':') ? $": {leak}" : text;
            await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(shown + "\n"));
            await response.OutputStream.FlushAsync();
        }
    }

    private string Spoiled(string json, string leak)
    {
        var node = JsonNode.Parse(json);
        Spoil(node, leak);
        return node!.ToJsonString().Replace(behind, Url.ToString().TrimEnd('/'), StringComparison.Ordinal);
    }

    private static void Spoil(JsonNode? node, string leak)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var item in list)
                {
                    Spoil(item, leak);
                }

                break;
            case JsonObject thing:
                foreach (var (name, value) in thing.ToArray())
                {
                    Spoil(value, leak);
                    if (value is JsonValue text && text.TryGetValue<string>(out var words))
                    {
                        thing[name] = name switch
                        {
                            _ when Words.Contains(name) => $"{words} {leak}",
                            "upload_url" => $"{words}&token={Planted.Marker}-upl0ad",
                            "file_url" => $"{words}?sig={Planted.FileToken}",
                            "url" when words.Contains("/cdn/", StringComparison.Ordinal) => $"{words}?X-Amz-Signature={Planted.ResultToken}",
                            _ => words,
                        };
                    }
                }

                if (thing["status"]?.GetValue<string>() is "IN_PROGRESS" or "COMPLETED")
                {
                    thing["logs"] = new JsonArray(new JsonObject { ["message"] = leak, ["level"] = "INFO", ["source"] = $"token={Planted.Marker}-s0urce", ["timestamp"] = "2026-01-31T10:00:00Z" });
                }

                break;
        }
    }
}
