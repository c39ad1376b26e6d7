using System.Net;
using System.Net.Sockets;
using KlingLipSync.Fal;
using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>When a backup host is asked, and when it is not.</summary>
[Collection(nameof(Alone))]
public class BackupHostTests
{
    private const string Receipt = """{"status":"IN_QUEUE","request_id":"019a-request_id","status_url":"https://queue.fal.run/x/status"}""";

    [Theory]
    [InlineData("https://queue.fal.run/fal-ai/kling-video/requests/1/status?logs=1", "https://queue.falrun.com/fal-ai/kling-video/requests/1/status?logs=1")]
    [InlineData("https://fal.run/fal-ai/kling-video", "https://falrun.com/fal-ai/kling-video")]
    [InlineData("https://queue.falrun.com/x", null)]
    [InlineData("https://rest.fal.ai/x", null)]
    [InlineData("https://api.fal.ai/v1/x", null)]
    [InlineData("https://v3.fal.media/x", null)]
    [InlineData("https://queue.fal.run:8443/x", null)]
    [InlineData("http://queue.fal.run/x", null)]
    [InlineData("https://queue.fal.run.example/x", null)]
    public void Two_hosts_have_a_backup(string url, string? backup) => Assert.Equal(backup, FalEndpoint.BackupOf(new Uri(url))?.AbsoluteUri);

    [Fact]
    public void Replaced_hosts_have_none()
    {
        Assert.True(FalEndpoint.FromHosts(null, null).HasBackups);
        Assert.True(FalEndpoint.FromHosts("fal.run", "queue.fal.run").HasBackups);
        Assert.False(FalEndpoint.FromHosts("fal.example", null).HasBackups);
        Assert.False(FalEndpoint.FromHosts(null, "queue.example").HasBackups);
        Assert.False(FalEndpoint.Parse("https://queue.fal.run").HasBackups);
        Assert.False(FalEndpoint.Parse("http://127.0.0.1:7070").HasBackups);
    }

    [Fact]
    public async Task A_call_that_cannot_be_connected_goes_there_once_with_its_key()
    {
        await using var backup = WireServer.InTurn(WireAnswer.Json(200, "{}"));

        var reply = await AskAsync(DeadUrl(), backup.Url);

        Assert.Equal(200, reply.Status);
        var request = Assert.Single(backup.Requests);
        Assert.Equal(("GET", "/queue/x?logs=1", $"Key {Wire.Key}"), (request.Method, request.Target, request.Header("Authorization")));
        Assert.Equal(new Uri(backup.Url).Authority, request.Header("Host"));
    }

    [Fact]
    public async Task A_name_nobody_has_leads_there_as_well()
    {
        await using var backup = WireServer.InTurn(WireAnswer.Json(200, "{}"));

        Assert.Equal(200, (await AskAsync("http://klinglipsync.invalid", backup.Url)).Status);

        Assert.Single(backup.Requests);
    }

    [Fact]
    public async Task So_does_a_connection_that_does_not_come_up_in_time()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A full backlog leaves callers waiting on Linux only.");
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)full.LocalEndPoint!);
        await using var backup = WireServer.InTurn(WireAnswer.Json(200, "{}"));
        using var line = new HttpMessageInvoker(new FalBackupHosts(
            new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromMilliseconds(300) }, _ => new Uri(backup.Url), _ => false));

        using var response = await line.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"http://{full.LocalEndPoint}/"), default);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(backup.Requests);
    }

    [Fact]
    public async Task Where_both_are_dead_the_first_ones_fault_is_told()
    {
        var primary = DeadUrl();

        var failure = await Assert.ThrowsAsync<FalException>(() => AskAsync(primary, DeadUrl()));

        Assert.Equal(FalFailureKind.Unreachable, failure.Kind);
        Assert.StartsWith(new Uri(primary).Authority, failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_at_the_backup_after_it_was_connected_is_the_backups_fault()
    {
        await using var backup = WireServer.InTurn(new WireAnswer { Reset = true });

        var failure = await Assert.ThrowsAsync<FalException>(() => AskAsync(DeadUrl(), backup.Url));

        Assert.Equal(FalFailureKind.Broken, failure.Kind);
        Assert.Contains(new Uri(backup.Url).Authority, failure.Detail, StringComparison.Ordinal);
        Assert.Single(backup.Requests);
    }

    public static TheoryData<string> Taken => ["reset", "cut", "408", "429", "502", "503", "504", "redirect"];

    [Theory]
    [MemberData(nameof(Taken))]
    public async Task A_request_that_may_have_been_taken_never_goes_there(string how)
    {
        await using var backup = WireServer.InTurn(WireAnswer.Json(200, Receipt));
        await using var primary = WireServer.InTurn(how switch
        {
            "reset" => new WireAnswer { Reset = true },
            "cut" => WireAnswer.Json(200, Receipt) with { CutAfter = 5 },
            "redirect" => WireAnswer.Empty(307, ("Location", backup.Url)),
            _ => WireAnswer.Html(int.Parse(how, System.Globalization.CultureInfo.InvariantCulture)),
        });

        try
        {
            await AskAsync(primary.Url, backup.Url);
        }
        catch (FalException)
        {
            // However it ends.
        }

        var submission = await SubmitAsync(primary.Url, backup.Url);
        Assert.Equal(how == "429" ? FalSubmissionKind.Refused : FalSubmissionKind.Unknown, submission.Kind);
        Assert.Equal(2, primary.Requests.Length);
        Assert.Empty(backup.Requests);
    }

    [Fact]
    public async Task A_silent_host_is_waited_for_and_not_left()
    {
        await using var primary = WireServer.InTurn(new WireAnswer { Silent = true });
        await using var backup = WireServer.InTurn(WireAnswer.Json(200, "{}"));

        var failure = await Assert.ThrowsAsync<FalException>(() => AskAsync(primary.Url, backup.Url, TimeSpan.FromMilliseconds(200)));

        Assert.Equal(FalFailureKind.TimedOut, failure.Kind);
        Assert.Empty(backup.Requests);
    }

    [Fact]
    public async Task A_host_without_trustworthy_TLS_is_not_replaced()
    {
        // It takes the connection and speaks plain text.
        var primary = new TcpListener(IPAddress.Loopback, 0);
        primary.Start();
        var serving = Task.Run(async () =>
        {
            for (var n = 0; n < 2; n++)
            {
                using var socket = await primary.AcceptSocketAsync();
                await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
                await socket.ReceiveAsync(new byte[4096]);
            }
        });
        await using var backup = WireServer.InTurn(WireAnswer.Json(200, Receipt));
        var url = $"https://{primary.LocalEndpoint}";

        Assert.Equal(FalFailureKind.Unreachable, (await Assert.ThrowsAsync<FalException>(() => AskAsync(url, backup.Url))).Kind);
        Assert.Equal(FalSubmissionKind.NeverDelivered, (await SubmitAsync(url, backup.Url)).Kind);

        await serving;
        primary.Stop();
        Assert.Empty(backup.Requests);
    }

    [Fact]
    public async Task A_proxy_that_fails_is_no_outage_of_fals()
    {
        await using var backup = WireServer.InTurn(WireAnswer.Json(200, "{}"));
        var usual = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(DeadUrl());
        try
        {
            var endpoint = FalEndpoint.FromHosts(null, null);
            using var exchange = new FalExchange(FalHttp.CreateKeyed(endpoint, _ => new Uri(backup.Url)), FalCredential.Parse(Wire.Key), TimeProvider.System);
            using var deadline = new FalDeadline(TimeSpan.FromSeconds(20), TimeProvider.System, default);
            var failure = await Assert.ThrowsAsync<FalException>(
                () => exchange.SendAsync(FalRoute.Status, new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint.Queue, "x")), deadline, default));
            Assert.Equal(FalFailureKind.Unreachable, failure.Kind);
        }
        finally
        {
            HttpClient.DefaultProxy = usual;
        }

        Assert.Empty(backup.Requests);
    }

    [Fact]
    public async Task The_paid_request_goes_there_whole_and_once()
    {
        await using var backup = WireServer.InTurn(WireAnswer.Json(200, Receipt));
        var gates = 0;

        var submission = await SubmitAsync(DeadUrl(), backup.Url, () => ++gates > 0);

        Assert.Equal((FalSubmissionKind.Accepted, "019a-request_id"), (submission.Kind, submission.RequestId));
        Assert.Equal(1, gates);
        var request = Assert.Single(backup.Requests);
        Assert.Equal(("POST", "/queue/fal-ai/kling-video/lipsync/audio-to-video", $"Key {Wire.Key}"), (request.Method, request.Target, request.Header("Authorization")));
        Assert.Equal("""{"video_url":"https://v3.fal.media/v.mp4","audio_url":"https://v3.fal.media/a.wav"}""", request.BodyStart);
        Assert.Equal("21600", request.Header("X-Fal-Request-Start-Timeout"));
    }

    [Fact]
    public async Task A_paid_request_that_breaks_there_is_unknown()
    {
        await using var backup = WireServer.InTurn(new WireAnswer { Reset = true });

        Assert.Equal(FalSubmissionKind.Unknown, (await SubmitAsync(DeadUrl(), backup.Url)).Kind);

        Assert.Single(backup.Requests);
    }

    [Fact]
    public async Task A_paid_request_that_nobody_takes_was_never_delivered()
    {
        var submission = await SubmitAsync(DeadUrl(), DeadUrl());

        Assert.Equal((FalSubmissionKind.NeverDelivered, false), (submission.Kind, submission.HeldBack));
    }

    [Fact]
    public async Task The_last_gate_keeps_it_back_there_too()
    {
        await using var backup = WireServer.InTurn(WireAnswer.Json(200, Receipt));

        var submission = await SubmitAsync(DeadUrl(), backup.Url, () => false);

        Assert.Equal((FalSubmissionKind.NeverDelivered, true), (submission.Kind, submission.HeldBack));
        Assert.Empty(backup.Requests);
    }

    private static string DeadUrl()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return $"http://127.0.0.1:{port}";
    }

    private static Func<Uri, Uri?> To(string backup) => url => new Uri(backup + url.PathAndQuery);

    private static async Task<FalReply> AskAsync(string primary, string backup, TimeSpan? limit = null)
    {
        using var exchange = new FalExchange(FalHttp.CreateKeyed(FalEndpoint.Parse("http://127.0.0.1"), To(backup)), FalCredential.Parse(Wire.Key), TimeProvider.System);
        using var deadline = new FalDeadline(limit ?? TimeSpan.FromSeconds(20), TimeProvider.System, default);
        using var request = new HttpRequestMessage(HttpMethod.Get, primary + "/queue/x?logs=1");
        return await exchange.SendAsync(FalRoute.Status, request, deadline, default);
    }

    private static async Task<FalSubmission> SubmitAsync(string primary, string backup, Func<bool>? maySend = null)
    {
        using var submitter = new FalSubmitter(FalEndpoint.Parse(primary), FalCredential.Parse(Wire.Key), TimeProvider.System, To(backup));
        return await submitter.SendAsync(
            new FalSubmitRequest(LipSyncModel.EndpointId, new("https://v3.fal.media/v.mp4"), new("https://v3.fal.media/a.wav")) { StartTimeout = TimeSpan.FromHours(6) },
            maySend ?? (() => true));
    }
}
