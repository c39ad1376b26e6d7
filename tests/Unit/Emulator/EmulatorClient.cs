using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

/// <summary>An emulator of a test's own and the plain requests to it, made without any code of the product.</summary>
internal sealed class EmulatorClient : IAsyncDisposable
{
    public const string Endpoint = "queue/fal-ai/kling-video/lipsync/audio-to-video";
    public const string EndpointId = "fal-ai/kling-video/lipsync/audio-to-video";
    public const string Video = "https://example.com/clip.mp4";
    public const string Audio = "https://example.com/voice.mp3";

    private EmulatorClient(EmulatorServer server)
    {
        Server = server;
        Http = new HttpClient { BaseAddress = server.Url, Timeout = TimeSpan.FromSeconds(20) };
    }

    public EmulatorServer Server { get; }

    public HttpClient Http { get; }

    public static Task<EmulatorClient> StartAsync() => StartAsync(EmulatorOptions.Instant);

    public static async Task<EmulatorClient> StartAsync(EmulatorOptions options) => new(await EmulatorServer.StartAsync(options));

    /// <summary>A request that nothing is added to but the key.</summary>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string url, HttpContent? content = null, string? authorization = "Key demo:demo",
        HttpCompletionOption until = HttpCompletionOption.ResponseContentRead, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, url) { Content = content };
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Http.SendAsync(request, until);
    }

    public Task<HttpResponseMessage> GetAsync(string url, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, url, headers: headers);

    public Task<HttpResponseMessage> PostAsync(string url, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, url, Json(json), headers: headers);

    /// <summary>Reads from the CDN, where no key belongs.</summary>
    public Task<HttpResponseMessage> DownloadAsync(string url, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, url, authorization: null, headers: headers);

    public async Task<Receipt> SubmitAsync(string video = Video, string audio = Audio, params (string Name, string Value)[] headers)
    {
        using var reply = await PostAsync(Endpoint, Input(video, audio), headers);
        Assert.Equal(200, (int)reply.StatusCode);
        return (await reply.Content.ReadFromJsonAsync<Receipt>(SnakeCase.Options))!;
    }

    /// <summary>Waits until the request is completed and reads its result.</summary>
    public async Task<HttpResponseMessage> ResultAsync(Receipt receipt)
    {
        await CompletedAsync(receipt);
        return await GetAsync(receipt.ResponseUrl);
    }

    public async Task<JsonElement> CompletedAsync(Receipt receipt, string query = "")
    {
        for (var i = 0; i < 500; i++)
        {
            using var reply = await GetAsync(receipt.StatusUrl + query);
            var status = await JsonAsync(reply);
            if (status.GetProperty("status").GetString() == "COMPLETED")
            {
                Assert.Equal(200, (int)reply.StatusCode);
                return status;
            }

            Assert.Equal(202, (int)reply.StatusCode);
            await Task.Delay(10);
        }

        throw new TimeoutException("The request was not completed.");
    }

    public async Task ReachesAsync(Receipt receipt, string state)
    {
        for (var i = 0; i < 500; i++)
        {
            if (Server.Ledger().Requests.Single(request => request.RequestId == receipt.RequestId).State == state)
                return;
            await Task.Delay(5);
        }

        throw new TimeoutException($"The request did not become {state}.");
    }

    public async Task<(string UploadUrl, string FileUrl)> InitiateAsync(string fileName, string contentType = "video/mp4", bool inParts = false, params (string Name, string Value)[] headers)
    {
        var route = inParts ? "initiate-multipart" : "initiate";
        using var reply = await PostAsync(
            $"rest/storage/upload/{route}?storage_type=fal-cdn-v3", JsonSerializer.Serialize(new { content_type = contentType, file_name = fileName }), headers);
        Assert.Equal(200, (int)reply.StatusCode);
        var body = await JsonAsync(reply);
        return (body.GetProperty("upload_url").GetString()!, body.GetProperty("file_url").GetString()!);
    }

    public async Task<string> UploadAsync(string fileName, byte[] bytes, string contentType = "video/mp4", params (string Name, string Value)[] headers)
    {
        var (uploadUrl, fileUrl) = await InitiateAsync(fileName, contentType, headers: headers);
        using var put = await SendAsync(HttpMethod.Put, uploadUrl, Bytes(bytes, contentType), authorization: null);
        Assert.Equal(200, (int)put.StatusCode);
        return fileUrl;
    }

    public static string Input(string video, string audio) => JsonSerializer.Serialize(new { video_url = video, audio_url = audio });

    public static HttpContent Json(string json) => new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    public static HttpContent Bytes(byte[] bytes, string? contentType = null)
    {
        var content = new ByteArrayContent(bytes);
        if (contentType is not null)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return content;
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage reply) => JsonElement.Parse(await reply.Content.ReadAsByteArrayAsync());

    public static string? Header(HttpResponseMessage reply, string name) => reply.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    public static async Task AssertDetailAsync(HttpResponseMessage reply, int status, string detail)
    {
        Assert.Equal(status, (int)reply.StatusCode);
        Assert.Equal(detail, (await JsonAsync(reply)).GetProperty("detail").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }

    internal sealed record Receipt(string Status, string RequestId, string ResponseUrl, string StatusUrl, string CancelUrl, int QueuePosition);
}
