using System.Text;
using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Fal;

public class StreamTests
{
    [Fact]
    public async Task Each_event_is_a_status_and_comments_are_none()
    {
        await using var server = Stream(
            "data: " + Wire.Status("IN_QUEUE", ",\"queue_position\":1") + "\n\n",
            ": keep-alive\n\n",
            "event: status\ndata: " + Wire.Status("IN_PROGRESS", ",\"logs\":[]") + "\r\n\r\n",
            "data: " + Wire.Status("COMPLETED") + "\n\n");
        using var client = Wire.Client(server);

        var seen = await ReadAllAsync(client);

        Assert.Equal([FalStatusKind.Queued, FalStatusKind.Running, FalStatusKind.Completed], seen.Select(s => s.Kind));
        Assert.Equal(1, seen[0].QueuePosition);
        var request = Assert.Single(server.Requests);
        Assert.EndsWith("/requests/" + Wire.RequestId + "/status/stream", request.Target, StringComparison.Ordinal);
        Assert.Equal("text/event-stream", request.Header("Accept"));
        Assert.Equal($"Key {Wire.Key}", request.Header("Authorization"));
    }

    [Fact]
    public async Task A_stream_that_closes_early_just_ends()
    {
        await using var server = Stream("data: " + Wire.Status("IN_QUEUE") + "\n\n");
        using var client = Wire.Client(server);

        Assert.Equal(FalStatusKind.Queued, Assert.Single(await ReadAllAsync(client)).Kind);
    }

    [Fact]
    public async Task A_stream_that_falls_apart_is_thrown_after_what_came()
    {
        foreach (var ill in new[] { "data: {\"status\":\n\n", "data: [1]\n\n", "data: <html>\n\n" })
        {
            await using var server = Stream("data: " + Wire.Status("IN_QUEUE") + "\n\n", ill);
            using var client = Wire.Client(server);
            var seen = new List<FalStatus>();

            var failure = await Assert.ThrowsAsync<FalException>(async () =>
            {
                await foreach (var status in client.StreamStatusAsync(Wire.Urls(client).Status, default))
                    seen.Add(status);
            });

            Assert.Equal(FalFailureKind.Broken, failure.Kind);
            Assert.Single(seen);
        }
    }

    [Fact]
    public async Task A_broken_connection_is_thrown()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(200, "data: " + Wire.Status("IN_QUEUE") + "\n\n") with { ContentType = "text/event-stream", DeclaredLength = 5000, CutAfter = 20 });
        using var client = Wire.Client(server);

        Assert.Equal(FalFailureKind.Broken, (await Assert.ThrowsAsync<FalException>(() => ReadAllAsync(client))).Kind);
    }

    [Theory]
    [InlineData(200, "application/json", "{\"status\":\"IN_QUEUE\"}", nameof(FalFailureKind.NotFal))]
    [InlineData(200, "text/html", "<html></html>", nameof(FalFailureKind.NotFal))]
    [InlineData(404, "application/json", "{\"detail\":\"Not Found\"}", nameof(FalFailureKind.NotFound))]
    [InlineData(403, "application/json", "{\"detail\":\"User is locked.\"}", nameof(FalFailureKind.Locked))]
    [InlineData(502, "text/html", "<html></html>", nameof(FalFailureKind.Server))]
    public async Task What_is_no_stream_is_thrown_at_once(int status, string type, string body, string kind)
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(status, body) with { ContentType = type });
        using var client = Wire.Client(server);

        Assert.Equal(kind, (await Assert.ThrowsAsync<FalException>(() => ReadAllAsync(client))).Kind.ToString());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Comments_keep_it_alive_and_silence_ends_it()
    {
        var go = new SemaphoreSlim(0);
        await using var server = new WireServer(_ => new WireAnswer
        {
            ContentType = "text/event-stream",
            Write = async (stream, ct) =>
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes("data: " + Wire.Status("IN_QUEUE") + "\n\n"), ct);
                await go.WaitAsync(ct);
                await stream.WriteAsync(": still here\n\n"u8.ToArray(), ct);
                await go.WaitAsync(ct);
                await stream.WriteAsync(Encoding.UTF8.GetBytes("data: " + Wire.Status("IN_PROGRESS") + "\n\n"), ct);
                await Task.Delay(Timeout.Infinite, ct);
            },
        });
        var time = new FakeTimeProvider();
        using var client = Wire.Client(server, time);
        await using var statuses = client.StreamStatusAsync(Wire.Urls(client).Status, default).GetAsyncEnumerator();

        Assert.True(await statuses.MoveNextAsync());
        var next = statuses.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(40));
        go.Release();
        await Task.Delay(500);
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.False(next.IsCompleted);
        go.Release();
        Assert.True(await next);
        Assert.Equal(FalStatusKind.Running, statuses.Current.Kind);

        next = statuses.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(46));
        Assert.Equal(FalFailureKind.Broken, (await Assert.ThrowsAsync<FalException>(() => next)).Kind);
    }

    [Fact]
    public async Task Leaving_early_or_being_cancelled_ends_it()
    {
        await using var server = new WireServer(_ => new WireAnswer
        {
            ContentType = "text/event-stream",
            Write = async (stream, ct) =>
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes("data: " + Wire.Status("IN_QUEUE") + "\n\n"), ct);
                await Task.Delay(Timeout.Infinite, ct);
            },
        });
        using var client = Wire.Client(server);
        using var stop = new CancellationTokenSource();

        await foreach (var status in client.StreamStatusAsync(Wire.Urls(client).Status, default))
            break;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var status in client.StreamStatusAsync(Wire.Urls(client).Status, stop.Token))
                await stop.CancelAsync();
        });
    }

    [Fact]
    public async Task An_emulated_job_is_followed_to_its_result()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromMilliseconds(150) });
        using var client = new FalClient(FalEndpoint.Parse(emulator.Url.AbsoluteUri), FalCredential.Parse("demo:demo"));
        await client.ProveKeyAsync(KlingLipSync.Media.LipSyncModel.EndpointId, default);
        var (status, response, cancel) = FalClient.UrlsFor(client.Endpoint, KlingLipSync.Media.LipSyncModel.EndpointId, await SubmitAsync(emulator));

        Assert.Null(await client.GetResultAsync(response, default));
        var last = default(FalStatus);
        await foreach (var seen in client.StreamStatusAsync(status, default))
            last = seen;

        Assert.Equal(FalStatusKind.Completed, last!.Kind);
        Assert.Equal(FalStatusKind.Completed, (await client.GetStatusAsync(status, default)).Kind);
        var result = await client.GetResultAsync(response, default);
        Assert.Equal(emulator.Ledger().Requests[0].OutputUrl, result!.VideoUrl!.AbsoluteUri);
        Assert.Equal(FalCancelOutcome.TooLate, await client.CancelAsync(cancel, default));
        Assert.NotNull(await client.FindInHistoryAsync(KlingLipSync.Media.LipSyncModel.EndpointId, emulator.Ledger().Requests[0].RequestId, DateTimeOffset.UtcNow.AddHours(-1), default));
        Assert.Null(await client.FindInHistoryAsync(KlingLipSync.Media.LipSyncModel.EndpointId, "nobody", DateTimeOffset.UtcNow.AddHours(-1), default));
        emulator.Lock();
        Assert.Equal(FalFailureKind.Locked, (await Assert.ThrowsAsync<FalException>(() => client.GetStatusAsync(status, default))).Kind);
    }

    private static async Task<string> SubmitAsync(EmulatorServer emulator)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(emulator.Url, "/queue/" + KlingLipSync.Media.LipSyncModel.EndpointId));
        request.Headers.TryAddWithoutValidation("Authorization", "Key demo:demo");
        request.Content = new StringContent("""{"video_url":"https://example.com/a.mp4","audio_url":"https://example.com/a.wav"}""", Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return emulator.Ledger().Requests[^1].RequestId;
    }

    private static async Task<List<FalStatus>> ReadAllAsync(FalClient client)
    {
        var seen = new List<FalStatus>();
        await foreach (var status in client.StreamStatusAsync(Wire.Urls(client).Status, default))
            seen.Add(status);
        return seen;
    }

    private static WireServer Stream(params string[] pieces) => new(_ => new WireAnswer
    {
        ContentType = "text/event-stream; charset=utf-8",
        Write = async (stream, ct) =>
        {
            foreach (var piece in pieces)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(piece), ct);
                await stream.FlushAsync(ct);
            }
        },
    });
}
