using System.Diagnostics;
using System.Net.Sockets;
using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

public class FaultTests
{
    private static readonly string Input = EmulatorClient.Input(EmulatorClient.Video, EmulatorClient.Audio);

    [Fact]
    public async Task Reset_before_accept_leaves_nothing_behind()
    {
        await using var client = await EmulatorClient.StartAsync();
        client.Server.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetBeforeAccept));
        await AssertResetAsync(() => client.PostAsync(EmulatorClient.Endpoint, Input));
        Assert.Empty(client.Server.Ledger().Requests);
        Assert.Equal(1, client.Server.Ledger().Hits(EmulatorRoute.Submit));
        await client.SubmitAsync();
    }

    [Fact]
    public async Task Reset_after_accept_has_taken_the_request_and_can_hold_the_line_first()
    {
        await using var client = await EmulatorClient.StartAsync();
        client.Server.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetAfterAccept) { Milliseconds = 300 });
        var watch = Stopwatch.StartNew();
        var submit = AssertResetAsync(() => client.PostAsync(EmulatorClient.Endpoint, Input));
        while (client.Server.Ledger().Requests.Count == 0)
            await Task.Delay(5);
        Assert.False(submit.IsCompleted);
        await submit;
        Assert.True(watch.ElapsedMilliseconds >= 290);
        Assert.Single(client.Server.Ledger().Requests);
    }

    [Fact]
    public async Task Reset_after_accept_keeps_an_upload()
    {
        await using var client = await EmulatorClient.StartAsync();
        var (uploadUrl, fileUrl) = await client.InitiateAsync("clip.mp4");
        client.Server.AddFaults(new Fault(EmulatorRoute.Put, FaultKind.ResetAfterAccept));
        await AssertResetAsync(() => client.SendAsync(HttpMethod.Put, uploadUrl, EmulatorClient.Bytes(new byte[1000], "video/mp4"), authorization: null));
        using var download = await client.DownloadAsync(fileUrl);
        Assert.Equal(200, (int)download.StatusCode);
    }

    [Fact]
    public async Task A_status_takes_the_place_of_the_answer_and_nothing_happens()
    {
        await using var client = await EmulatorClient.StartAsync();
        client.Server.AddFaults(
            new Fault(EmulatorRoute.Submit, FaultKind.Status) { Status = 503, Body = "<html>nginx</html>", Headers = new Dictionary<string, string> { ["Retry-After"] = "2" } },
            new Fault(EmulatorRoute.Submit, FaultKind.Status) { Status = 422, Body = """{"detail":"no"}""" },
            new Fault(EmulatorRoute.Submit, FaultKind.Status) { Status = 500 });

        using var html = await client.PostAsync(EmulatorClient.Endpoint, Input);
        Assert.Equal(503, (int)html.StatusCode);
        Assert.Equal("text/html", html.Content.Headers.ContentType?.MediaType);
        Assert.Equal("2", EmulatorClient.Header(html, "Retry-After"));
        using var json = await client.PostAsync(EmulatorClient.Endpoint, Input);
        await EmulatorClient.AssertDetailAsync(json, 422, "no");
        using var empty = await client.PostAsync(EmulatorClient.Endpoint, Input);
        Assert.Equal(500, (int)empty.StatusCode);
        Assert.Empty(await empty.Content.ReadAsByteArrayAsync());
        Assert.Empty(client.Server.Ledger().Requests);
        Assert.Equal(3, client.Server.Ledger().Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task Slow_headers_come_late()
    {
        await using var client = await EmulatorClient.StartAsync();
        client.Server.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.SlowHeaders) { Milliseconds = 200 });
        var watch = Stopwatch.StartNew();
        await client.SubmitAsync();
        Assert.True(watch.ElapsedMilliseconds >= 190);
    }

    [Fact]
    public async Task A_slow_body_drips()
    {
        await using var client = await EmulatorClient.StartAsync();
        var bytes = new byte[1000];
        Random.Shared.NextBytes(bytes);
        var url = await client.UploadAsync("clip.mp4", bytes);
        client.Server.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.SlowBody) { Bytes = 300, Milliseconds = 60 });
        var watch = Stopwatch.StartNew();
        using var reply = await client.SendAsync(HttpMethod.Get, url, authorization: null, until: HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(bytes, await reply.Content.ReadAsByteArrayAsync());
        Assert.True(watch.ElapsedMilliseconds >= 170, $"{watch.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task A_truncated_body_breaks_off_where_asked_with_its_length_declared()
    {
        await using var client = await EmulatorClient.StartAsync();
        const int Length = 30_000_000;
        const int Cut = 20_123_456;
        var url = await client.UploadAsync("clip.mp4", new byte[Length]);
        client.Server.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.Truncate) { Bytes = Cut });
        using var reply = await client.SendAsync(HttpMethod.Get, url, authorization: null, until: HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(Length, reply.Content.Headers.ContentLength);
        await using var body = await reply.Content.ReadAsStreamAsync();
        var buffer = new byte[8192];
        var got = 0;
        // A slow reader still gets every byte up to the cut.
        await Task.Delay(200);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            int read;
            while ((read = await body.ReadAsync(buffer)) > 0)
                got += read;
        });
        Assert.Equal(Cut, got);
    }

    [Fact]
    public async Task A_truncated_receipt_has_been_taken()
    {
        await using var client = await EmulatorClient.StartAsync();
        client.Server.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.Truncate) { Bytes = 20 });
        using var reply = await client.SendAsync(HttpMethod.Post, EmulatorClient.Endpoint, EmulatorClient.Json(Input), until: HttpCompletionOption.ResponseHeadersRead);
        var id = EmulatorClient.Header(reply, "x-fal-request-id");
        await Assert.ThrowsAnyAsync<Exception>(() => reply.Content.ReadAsStringAsync());
        Assert.Equal(id, Assert.Single(client.Server.Ledger().Requests).RequestId);
    }

    [Fact]
    public async Task A_closed_stream_ends_in_good_order_after_its_first_event()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMinutes(1) });
        var receipt = await client.SubmitAsync();
        client.Server.AddFaults(new Fault(EmulatorRoute.Stream, FaultKind.CloseStream));
        using var reply = await client.GetAsync(receipt.StatusUrl + "/stream");
        Assert.Single((await reply.Content.ReadAsStringAsync()).Split('\n'), line => line.StartsWith("data: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reset_is_a_real_one()
    {
        await using var client = await EmulatorClient.StartAsync();
        client.Server.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetAfterAccept));
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", client.Server.Url.Port);
        var text = $"POST /{EmulatorClient.Endpoint} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Key demo:demo\r\nContent-Length: {Input.Length}\r\n\r\n{Input}";
        await socket.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(text));
        var exception = await Assert.ThrowsAnyAsync<IOException>(async () => await socket.GetStream().ReadExactlyAsync(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(exception.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task A_rate_is_drawn_from_a_seed()
    {
        var first = await DrawAsync();
        Assert.Equal(first, await DrawAsync());
        Assert.InRange(first.Count(struck => struck), 2, 28);

        static async Task<List<bool>> DrawAsync()
        {
            await using var client = await EmulatorClient.StartAsync();
            client.Server.AddFaults(new Fault(EmulatorRoute.Status, FaultKind.Status) { Status = 502, Rate = 0.3, Times = 0, Seed = 7 });
            var receipt = await client.SubmitAsync();
            List<bool> struck = [];
            for (var i = 0; i < 40; i++)
            {
                using var reply = await client.GetAsync(receipt.StatusUrl);
                struck.Add((int)reply.StatusCode == 502);
            }

            return struck;
        }
    }

    [Fact]
    public async Task Faults_are_asked_for_and_cleared_over_http_too()
    {
        await using var client = await EmulatorClient.StartAsync();
        using (var added = await client.PostAsync("_emulator/faults", """[{"route":"submit","kind":"reset-before-accept","times":2},{"route":"status","kind":"status","status":500,"body":"x","headers":{},"milliseconds":0,"bytes":0,"times":1,"rate":1.0}]"""))
            Assert.Equal(200, (int)added.StatusCode);
        await AssertResetAsync(() => client.PostAsync(EmulatorClient.Endpoint, Input));
        using (var cleared = await client.SendAsync(HttpMethod.Delete, "_emulator/faults"))
            Assert.Equal(204, (int)cleared.StatusCode);
        await client.SubmitAsync();
    }

    [Theory]
    [InlineData("""[{"route":"submit","kind":"explode"}]""")]
    [InlineData("""[{"route":"nowhere","kind":"status"}]""")]
    [InlineData("""[{"kind":"status"}]""")]
    [InlineData("""[{"route":"submit","kind":"status","tiems":2}]""")]
    [InlineData("""[{"route":"submit","kind":"close-stream"}]""")]
    [InlineData("""[{"route":"submit","kind":"status","rate":2}]""")]
    [InlineData("""[{"route":"submit","kind":"status","after":-1}]""")]
    [InlineData("nonsense")]
    public async Task A_fault_that_could_never_come_true_is_refused(string body)
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.PostAsync("_emulator/faults", body);
        Assert.Equal(400, (int)reply.StatusCode);
    }

    private static async Task AssertResetAsync(Func<Task<HttpResponseMessage>> send)
    {
        var exception = await Assert.ThrowsAsync<HttpRequestException>(async () => (await send()).Dispose());
        Assert.NotEqual(HttpRequestError.ConnectionError, exception.HttpRequestError);
    }
}
