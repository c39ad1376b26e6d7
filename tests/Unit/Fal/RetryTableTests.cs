using System.Text;
using KlingLipSync.Fal;
using KlingLipSync.Results;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>Every call with every failure, over real sockets: repeated as often as the table says, and not once more.</summary>
public sealed class RetryTableTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("klinglipsync-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string, string> Cells
    {
        get
        {
            var cells = new TheoryData<string, string>();
            foreach (var route in Routes)
            {
                foreach (var kind in Enum.GetNames<FalFailureKind>())
                    cells.Add(route, kind);
            }
            return cells;
        }
    }

    public static TheoryData<string> Patient => [.. Routes.Where(route => FalRetryRules.For(Enum.Parse<FalRoute>(route)).Retried.Contains(FalFailureKind.RateLimited))];

    // A whole download is not a request: what it repeats is below.
    private static IEnumerable<string> Routes => Enum.GetNames<FalRoute>().Except([nameof(FalRoute.Submit), nameof(FalRoute.WholeDownload)]);

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task A_call_is_repeated_as_often_as_its_row_says(string routeName, string kindName)
    {
        var (route, kind) = (Enum.Parse<FalRoute>(routeName), Enum.Parse<FalFailureKind>(kindName));
        var rule = FalRetryRules.For(route);

        // A target that is used up is taken up by the whole upload, with its own row and a new target.
        if (route is FalRoute.Part or FalRoute.Complete && FalRetryRules.IsSpentLink(kind))
            rule = FalRetryRules.For(FalRoute.Upload);
        var tries = rule.Retried.Contains(kind) ? rule.Tries : 1;

        foreach (var random in new[] { 0, 0.5, 0.999 })
        {
            var (requests, waits) = await CallAsync(route, Failing(kind), random);

            Assert.Equal(tries, requests);
            Assert.Equal(tries - 1, waits.Length);
            for (var n = 0; n < waits.Length; n++)
            {
                var usual = rule.FirstDelaySeconds * Math.Pow(2, n);
                Assert.InRange(waits[n].TotalSeconds, Math.Min(usual * 0.7499, rule.LongestDelaySeconds), Math.Min(usual * 1.2501, rule.LongestDelaySeconds));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Patient))]
    public async Task A_wish_to_be_left_alone_is_heeded_up_to_a_minute(string routeName)
    {
        var route = Enum.Parse<FalRoute>(routeName);
        var tries = FalRetryRules.For(route).Tries;
        foreach (var (asked, least, most) in new[] { ("7", 7, 8.75), ("55", 55, 60), ("86400", 60, 60) })
        {
            foreach (var random in new[] { 0, 0.999 })
            {
                var (requests, waits) = await CallAsync(route, WireAnswer.Json(429, """{"detail":"later"}""", ("Retry-After", asked)), random);

                Assert.Equal(tries, requests);
                Assert.Equal(tries - 1, waits.Length);
                Assert.All(waits, wait => Assert.InRange(wait.TotalSeconds, least, most));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Patient))]
    public async Task A_file_too_large_is_sent_once(string routeName)
    {
        var (requests, waits) = await CallAsync(Enum.Parse<FalRoute>(routeName), WireAnswer.Json(413, """{"detail":"too large"}"""), 0.5);

        Assert.Equal((1, 0), (requests, waits.Length));
    }

    [Fact]
    public async Task An_unfit_download_starts_over_once()
    {
        await using var server = WireServer.InTurn(WireAnswer.Html(200));
        var time = new HurriedTime();
        using var download = new ResultDownload(FalEndpoint.Parse(server.Url), time, () => 0.5);

        await Assert.ThrowsAsync<FalException>(() => download.FetchAsync(new Uri(server.Url + "/cdn/files/1.mp4"), Path.Combine(folder, "a.mp4"), "1", null, null, default));

        Assert.Equal(FalRetryRules.For(FalRoute.WholeDownload).Tries, server.Requests.Length);
        Assert.Equal([TimeSpan.FromSeconds(2)], time.Waits);
    }

    [Theory]
    [InlineData(nameof(FalRetryRules.Undelivered), "2, 4")]
    [InlineData(nameof(FalRetryRules.Throttled), "2, 4, 8, 16, 32")]
    public void The_paid_requests_rows_have_their_waits(string name, string waits)
    {
        var rule = name == nameof(FalRetryRules.Undelivered) ? FalRetryRules.Undelivered : FalRetryRules.Throttled;

        Assert.Equal(waits, string.Join(", ", Enumerable.Range(1, rule.Tries - 1).Select(failures => rule.Wait(failures, null, 0.5).TotalSeconds)));
        Assert.True(rule.Allows(rule.Retried[0], rule.Tries - 1));
        Assert.False(rule.Allows(rule.Retried[0], rule.Tries));
        Assert.Equal([rule.Retried[0]], Enum.GetValues<FalFailureKind>().Where(kind => rule.Allows(kind, 1)));
        Assert.Equal(FalSubmitter.Deadline, rule.Deadline);
    }

    private static WireAnswer Failing(FalFailureKind kind) => kind switch
    {
        FalFailureKind.Unauthorized => WireAnswer.Json(401, """{"detail":"no"}"""),
        FalFailureKind.Locked => WireAnswer.Json(403, """{"detail":"no"}"""),
        FalFailureKind.NotFound => WireAnswer.Json(404, """{"detail":"no"}"""),
        FalFailureKind.RateLimited => WireAnswer.Json(429, """{"detail":"no"}"""),
        FalFailureKind.Refused => WireAnswer.Json(405, """{"detail":"no"}"""),
        FalFailureKind.Server => WireAnswer.Html(503),
        FalFailureKind.NotFal => WireAnswer.Empty(304),
        FalFailureKind.Unreachable => WireAnswer.Empty(407),
        FalFailureKind.TimedOut => WireAnswer.Empty(408),
        _ => new WireAnswer { Reset = true },
    };

    /// <summary>Makes a call that fails each time; how often it was sent, and what was waited between.</summary>
    private async Task<(int Requests, TimeSpan[] Waits)> CallAsync(FalRoute route, WireAnswer failing, double random)
    {
        WireServer? server = null;
        await using var running = server = new WireServer(request => IsOf(route, request) ? failing : Usual(request, server!.Url));
        var time = new HurriedTime();
        var endpoint = FalEndpoint.Parse(server.Url);
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
                FalRoute.Stream => ReadAsync(client.StreamStatusAsync(urls.Status, default)),
                FalRoute.Result => client.GetResultAsync(urls.Response, default),
                FalRoute.Cancel => client.CancelAsync(urls.Cancel, default),
                FalRoute.History => ReadAsync(client.ReadHistoryAsync("e", DateTimeOffset.UtcNow, default)),
                FalRoute.DeletePayloads => client.DeletePayloadsAsync(Wire.RequestId, default),
                FalRoute.Initiate or FalRoute.Upload => client.UploadAsync(Source(), null, null, default),
                FalRoute.Part or FalRoute.Complete => inParts.UploadAsync(Source(), null, null, default),
                _ => download.FetchAsync(new Uri(server.Url + "/cdn/files/1.mp4"), Path.Combine(folder, "a.mp4"), "1", null, null, default),
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
