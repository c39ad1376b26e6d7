using KlingLipSync.Fal;
using KlingLipSync.Media;
using KlingLipSync.Remote;
using KlingLipSync.Tests.Unit.Fal;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Unit.Remote;

/// <summary>The headers of a remote file, over real sockets.</summary>
public sealed class RemoteMediaTests
{
    [Fact]
    public async Task A_clip_with_its_header_in_front_takes_one_request()
    {
        var file = TestMedia.Mp4(4, bytes: 3_000_000);
        await using var server = new WireServer(request => FileOnServer.Part(request, file));

        var facts = await ReadAsync(server);

        Assert.Equal(MediaReader.Read(new MemoryStream(file)), facts with { Problems = MediaReader.Read(new MemoryStream(file)).Problems });
        Assert.True(Fetched(server) <= 64 * 1024, $"{Fetched(server)} bytes were asked for.");
    }

    [Fact]
    public async Task A_clip_with_its_header_at_the_end_takes_two_jumps()
    {
        var file = HeaderLast(4, 8_000_000);
        await using var server = new WireServer(request => FileOnServer.Part(request, file));

        Assert.Equal(TimeSpan.FromSeconds(4), (await ReadAsync(server)).VideoDuration);

        Assert.True(server.Requests.Length <= 3, $"{server.Requests.Length} requests.");
        Assert.True(Fetched(server) <= 128 * 1024, $"{Fetched(server)} bytes were asked for.");
    }

    [Fact]
    public async Task A_sound_is_walked_in_growing_steps()
    {
        var file = TestMedia.Mp3(50);
        await using var server = new WireServer(request => FileOnServer.Part(request, file));

        var facts = await ReadAsync(server);

        Assert.Equal(MediaReader.Read(new MemoryStream(file)).AudioDuration, facts.AudioDuration);
        Assert.True(server.Requests.Length <= 10, $"{server.Requests.Length} requests.");
    }

    [Fact]
    public async Task Nothing_that_names_the_user_goes_along()
    {
        await using var server = new WireServer(request => FileOnServer.Part(request, TestMedia.Mp4()));

        await ReadAsync(server);

        Assert.All(server.Requests, r => Assert.DoesNotContain(r.Headers.Keys, h => h is "Authorization" or "Cookie"));
        Assert.All(server.Requests, r => Assert.Equal("GET", r.Method));
    }

    [Fact]
    public async Task A_server_without_parts_gives_a_small_file_whole()
    {
        await using var server = WireServer.InTurn(WireAnswer.File(TestMedia.Mp4(4)));

        Assert.Equal(TimeSpan.FromSeconds(4), (await ReadAsync(server)).VideoDuration);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_without_parts_is_left_alone_with_a_large_file()
    {
        await using var server = WireServer.InTurn(WireAnswer.File(TestMedia.Mp4(4, bytes: 3_000_000)));

        await Assert.ThrowsAsync<NotProbedException>(() => ReadAsync(server));
    }

    [Fact]
    public async Task A_file_that_changes_meanwhile_is_not_mixed()
    {
        var (old, young) = (HeaderLast(4, 400_000), HeaderLast(8, 400_000));
        await using var server = new WireServer(request => request.Header("If-Range") is null
            ? FileOnServer.Part(request, old, "\"old\"")
            : WireAnswer.File(young));

        Assert.Contains("changed", (await Unreadable(server)).Message);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task An_answer_without_a_file_is_told(int status)
    {
        await using var server = WireServer.InTurn(WireAnswer.Html(status));

        var error = await Unreadable(server);

        Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message);
        Assert.DoesNotContain("sig=", error.Message);
    }

    [Fact]
    public async Task Lies_about_parts_are_no_facts()
    {
        (long From, long To, string Total)[] lies = [(5, 20, "100"), (0, 40_000_000, "50000000"), (0, 200, "100"), (9, 3, "100")];
        foreach (var (from, to, total) in lies)
        {
            await using var server = WireServer.InTurn(new WireAnswer { Status = 206, Headers = { ["Content-Range"] = $"bytes {from}-{to}/{total}" }, Body = new byte[100] });
            await Unreadable(server);
        }
    }

    [Fact]
    public async Task A_file_without_end_costs_a_bounded_number_of_bytes()
    {
        // It claims terabytes of the smallest boxes there are.
        await using var server = new WireServer(request =>
        {
            var from = long.Parse(request.Header("Range")!["bytes=".Length..].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture);
            var to = long.Parse(request.Header("Range")!.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);
            byte[] box = [0, 0, 0, 8, (byte)'f', (byte)'r', (byte)'e', (byte)'e'];
            return new WireAnswer
            {
                Status = 206,
                Headers = { ["Content-Range"] = $"bytes {from}-{to}/4000000000000" },
                Body = [.. Enumerable.Range(0, (int)(to - from + 1)).Select(n => box[(from + n) % 8])],
            };
        });

        try
        {
            Assert.Contains((await ReadAsync(server)).Problems, p => p.Severity == MediaSeverity.Refuse);
        }
        catch (NotProbedException)
        {
            // The bound of the remote file came before that of the reader: as good.
        }

        Assert.True(Fetched(server) < 32L << 20, $"{Fetched(server)} bytes were asked for.");
    }

    [Fact]
    public async Task What_may_pass_or_be_ours_alone_is_no_verdict_on_the_file()
    {
        var file = TestMedia.Mp4(bytes: 100_000);
        await using var reset = new WireServer(_ => new WireAnswer { Reset = true });
        await using var busy = WireServer.InTurn(WireAnswer.Html(503));
        await using var throttled = WireServer.InTurn(WireAnswer.Html(429));
        await using var cut = new WireServer(request => FileOnServer.Part(request, file) with { CutAfter = 1000 });
        await using var endless = WireServer.InTurn(new WireAnswer { Status = 206, Headers = { ["Content-Range"] = "bytes 0-32767/*" }, Body = file[..32768] });

        foreach (var server in new[] { reset, busy, throttled, cut, endless })
        {
            await Assert.ThrowsAsync<NotProbedException>(() => ReadAsync(server));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_body_that_stalls_is_not_waited_for(int sent)
    {
        await using var server = new WireServer(_ => new WireAnswer
        {
            Status = 206,
            Headers = { ["Content-Range"] = "bytes 0-32767/100000", ["Content-Length"] = "32768" },
            Write = async (body, ct) =>
            {
                await body.WriteAsync(new byte[sent], ct);
                await Task.Delay(Timeout.Infinite, ct);
            },
        });
        using var remote = new RemoteMedia(FalEndpoint.Parse(server.Url), TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAsync<NotProbedException>(() => remote.ReadAsync(new Uri(server.Url + "/clip.mp4"), TestContext.Current.CancellationToken));
    }

    private static byte[] HeaderLast(double seconds, int bytes)
    {
        var movie = TestMedia.Clip(seconds);
        (movie.HeaderFirst, movie.Payload) = (false, new byte[bytes]);
        return movie.Build();
    }

    private static async Task<LipSyncException> Unreadable(WireServer server)
    {
        var error = await Assert.ThrowsAsync<LipSyncException>(() => ReadAsync(server));
        Assert.Equal(LipSyncError.UrlUnreadable, error.Error);
        return error;
    }

    private static async Task<MediaFacts> ReadAsync(WireServer server)
    {
        using var remote = new RemoteMedia(FalEndpoint.Parse(server.Url));
        return await remote.ReadAsync(new Uri(server.Url + "/files/clip.mp4?sig=s3cret"), TestContext.Current.CancellationToken);
    }

    private static long Fetched(WireServer server) => server.Requests.Sum(r =>
    {
        var ends = r.Header("Range")!["bytes=".Length..].Split('-');
        return long.Parse(ends[1], System.Globalization.CultureInfo.InvariantCulture) - long.Parse(ends[0], System.Globalization.CultureInfo.InvariantCulture) + 1;
    });
}
