using System.Net;
using System.Net.Sockets;
using System.Text;
using KlingLipSync.Fal;
using KlingLipSync.Results;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>Makes any call of the wire by its route.</summary>
internal static class WireCalls
{
    /// <summary>Every call but the paid one. A whole download is not a request of its own.</summary>
    public static IEnumerable<FalRoute> Routes => Enum.GetValues<FalRoute>().Except([FalRoute.Submit, FalRoute.WholeDownload]);

    /// <summary>Makes a call that gets the same answer each time; how often it was sent, and what was waited between.</summary>
    /// <param name="folder">Where a download may write.</param>
    /// <param name="route">The call.</param>
    /// <param name="failing">Its answer, other calls that it takes go well; null where nobody is there.</param>
    /// <param name="random">The jitter.</param>
    public static async Task<(int Requests, TimeSpan[] Waits)> MakeAsync(string folder, FalRoute route, WireAnswer? failing, double random)
    {
        WireServer? server = null;
        await using var running = server = new WireServer(request => IsOf(route, request) && failing is not null ? failing : Usual(request, server!.Url));
        var time = new HurriedTime();

        // A port that is taken and that nobody listens at.
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var url = failing is null ? $"http://{silent.LocalEndPoint}" : server.Url;
        var endpoint = FalEndpoint.Parse(url);
        var credential = FalCredential.Parse(Wire.Key);
        using var client = new FalClient(endpoint, credential, time, () => random);
        using var download = new ResultDownload(endpoint, time, () => random);
        using var keyed = new FalExchange(FalHttp.CreateKeyed(endpoint), credential, time);
        using var plain = new FalExchange(FalHttp.CreatePlain(endpoint, followRedirects: false), credential: null, time);
        var inParts = new FalStorage(endpoint, credential, keyed, plain, new FalRetries(time, () => random), time, largestSinglePut: 0);
        var urls = Wire.Urls(client);
        try
        {
            await (route switch
            {
                FalRoute.Probe => client.ProveKeyAsync(KlingLipSync.Media.LipSyncModel.EndpointId, default),
                FalRoute.Status => client.GetStatusAsync(urls.Status, default),
                FalRoute.Poll => client.PollStatusAsync(urls.Status, default),
                FalRoute.Stream => ReadAsync(client.StreamStatusAsync(urls.Status, default)),
                FalRoute.Result => client.GetResultAsync(urls.Response, default),
                FalRoute.Cancel => client.CancelAsync(urls.Cancel, default),
                FalRoute.History => ReadAsync(client.ReadHistoryAsync("e", DateTimeOffset.UtcNow, default)),
                FalRoute.DeletePayloads => client.DeletePayloadsAsync(Wire.RequestId, default),
                FalRoute.Initiate or FalRoute.Upload => client.UploadAsync(Source(), null, null, default),
                FalRoute.Part or FalRoute.Complete => inParts.UploadAsync(Source(), null, null, default),
                _ => download.FetchAsync(new Uri(url + "/cdn/files/1.mp4"), Path.Combine(folder, "a.mp4"), "1", null, null, default),
            });
        }
        catch (Exception e) when (e is FalException or LipSyncException)
        {
            // How it ends is told by the tests of the call.
        }
        return (server.Requests.Count(request => IsOf(route, request)), time.Waits);
    }

    private static bool IsOf(FalRoute route, WireRequest request) => route switch
    {
        FalRoute.Initiate => request.Target.StartsWith("/rest/", StringComparison.Ordinal),
        FalRoute.Upload or FalRoute.Part => request.Method == "PUT",
        FalRoute.Complete => request.Target.Contains("/complete", StringComparison.Ordinal),
        _ => true,
    };

    private static WireAnswer Usual(WireRequest request, string url) => request.Target.StartsWith("/rest/", StringComparison.Ordinal)
        ? WireAnswer.Json(200, $$"""{"upload_url":"{{url}}/cdn/upload/1?sig=s","file_url":"{{url}}/cdn/files/1.mp4"}""")
        : WireAnswer.Json(200, """{"etag":"t"}""");

    private static FalUploadSource Source()
    {
        var bytes = Encoding.UTF8.GetBytes("clip");
        return new FalUploadSource("clip.mp4", "video/mp4", bytes.Length, () => new MemoryStream(bytes));
    }

    private static async Task ReadAsync<T>(IAsyncEnumerable<T> items)
    {
        await foreach (var item in items)
            _ = item;
    }
}
