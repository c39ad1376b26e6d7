using KlingLipSync.Fal;
using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>Neither a redirect nor a URL in an answer takes the key, or a file's bytes, to a place that is not known.</summary>
public sealed class RedirectTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("klinglipsync-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string, int> Redirects
    {
        get
        {
            var redirects = new TheoryData<string, int>();
            foreach (var route in WireCalls.Routes.Where(route => route != FalRoute.Download))
            {
                foreach (var status in new[] { 300, 301, 302, 303, 307, 308 })
                    redirects.Add(route.ToString(), status);
            }
            return redirects;
        }
    }

    [Theory]
    [MemberData(nameof(Redirects))]
    public async Task No_call_but_a_download_follows_one(string route, int status)
    {
        await using var elsewhere = WireServer.InTurn(WireAnswer.Json(200, """{"status":"COMPLETED"}"""));

        var (requests, _) = await WireCalls.MakeAsync(folder, Enum.Parse<FalRoute>(route), WireAnswer.Empty(status, ("Location", elsewhere.Url + "/queue/x")), 0.5);

        Assert.Equal(1, requests);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task The_paid_request_follows_none(int status)
    {
        await using var elsewhere = WireServer.InTurn(WireAnswer.Json(200, """{"request_id":"r1"}"""));
        await using var server = WireServer.InTurn(WireAnswer.Empty(status, ("Location", elsewhere.Url + "/queue/x")));

        Assert.Equal(FalSubmissionKind.Unknown, (await SubmitAsync(server)).Kind);

        Assert.Single(server.Requests);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_receipts_urls_lead_back_to_the_endpoint()
    {
        await using var foreign = WireServer.InTurn(WireAnswer.Json(200, Wire.Status("COMPLETED")));
        await using var server = new WireServer(request => request.Method switch
        {
            "POST" => WireAnswer.Json(200, $$"""{"request_id":"{{Wire.RequestId}}","status_url":"{{foreign.Url}}/queue/s","response_url":"{{foreign.Url}}/queue/r","cancel_url":"{{foreign.Url}}/queue/c"}"""),
            "PUT" => WireAnswer.Json(200, """{"status":"OK"}"""),
            _ when request.Target.EndsWith("/status", StringComparison.Ordinal) => WireAnswer.Json(200, Wire.Status("COMPLETED")),
            _ => WireAnswer.Json(200, """{"video":{"url":"https://v3.fal.media/o.mp4"}}"""),
        });
        using var client = Wire.Client(server);

        var receipt = await SubmitAsync(server);
        await client.GetStatusAsync(receipt.StatusUrl!, default);
        await client.GetResultAsync(receipt.ResponseUrl!, default);
        await client.CancelAsync(receipt.CancelUrl!, default);

        Assert.Equal(4, server.Requests.Length);
        Assert.Empty(foreign.Requests);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task An_uploads_urls_on_another_host_get_nothing(bool upload, bool file)
    {
        await using var foreign = WireServer.InTurn(WireAnswer.Empty(200));
        WireServer? server = null;
        await using var running = server = new WireServer(_ => WireAnswer.Json(
            200,
            $$"""{"upload_url":"{{(upload ? foreign : server!).Url}}/cdn/upload/1","file_url":"{{(file ? foreign : server!).Url}}/cdn/files/1.mp4"}"""));
        using var client = Wire.Client(server);

        var failure = await Assert.ThrowsAsync<FalException>(
            () => client.UploadAsync(new FalUploadSource("clip.mp4", "video/mp4", 4, () => new MemoryStream("clip"u8.ToArray())), null, null, default));

        Assert.Equal((FalRoute.Initiate, FalFailureKind.NotFal), (failure.Route, failure.Kind));
        Assert.Single(server.Requests);
        Assert.Empty(foreign.Requests);
    }

    [Theory]
    [InlineData("http://user@{0}/queue/x")]
    [InlineData("http://{0}/other/x")]
    [InlineData("http://{0}/queue/../other/x")]
    [InlineData("https://{0}/queue/x")]
    [InlineData("http://localhost:{1}/queue/x")]
    [InlineData("http://127.0.0.1.example:{1}/queue/x")]
    public async Task Only_the_very_place_of_the_queue_gets_the_key(string form)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, Wire.Status("COMPLETED")));
        using var client = Wire.Client(server);
        var url = new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, new Uri(server.Url).Authority, new Uri(server.Url).Port));

        await Assert.ThrowsAsync<FalException>(() => client.GetStatusAsync(url, default));
        await Assert.ThrowsAsync<FalException>(() => client.GetResultAsync(url, default));
        await Assert.ThrowsAsync<FalException>(() => client.CancelAsync(url, default));
        Assert.Throws<FalException>(() => { _ = client.StreamStatusAsync(url, default); });

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task File_hosts_never_see_the_key()
    {
        WireServer? server = null;
        await using var running = server = new WireServer(request => request.Target.StartsWith("/rest/", StringComparison.Ordinal)
            ? WireAnswer.Json(200, $$"""{"upload_url":"{{server!.Url}}/cdn/upload/1?sig=s","file_url":"{{server.Url}}/cdn/files/1.mp4"}""")
            : WireAnswer.Empty(200));
        using var client = Wire.Client(server);

        await client.UploadAsync(new FalUploadSource("clip.mp4", "video/mp4", 4, () => new MemoryStream("clip"u8.ToArray())), null, null, default);

        Assert.Equal([$"Key {Wire.Key}", null], server.Requests.Select(request => request.Header("Authorization")));
    }

    private static async Task<FalSubmission> SubmitAsync(WireServer server)
    {
        using var submitter = new FalSubmitter(FalEndpoint.Parse(server.Url), FalCredential.Parse(Wire.Key), TimeProvider.System);
        return await submitter.SendAsync(
            new FalSubmitRequest(LipSyncModel.EndpointId, new("https://v3.fal.media/v.mp4"), new("https://v3.fal.media/a.wav")) { StartTimeout = TimeSpan.FromHours(6) },
            () => true);
    }
}
