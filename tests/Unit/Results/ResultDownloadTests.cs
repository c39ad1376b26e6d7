using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Results;
using KlingLipSync.Tests.Unit.Fal;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Results;

public sealed class ResultDownloadTests : IDisposable
{
    private static readonly byte[] Video = MakeVideo(3_000_000);

    private readonly string folder = Directory.CreateTempSubdirectory("klinglipsync-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_result_is_fetched_beside_its_place_and_then_named()
    {
        await using var server = WireServer.InTurn(WireAnswer.File(Video));
        using var download = Download(server);
        var seen = new ConcurrentQueue<long>();

        var file = await download.FetchAsync(Url(server), Final, "job1", Video.Length, new Steps(seen), default);

        Assert.Equal(new DownloadedFile(Final + ".job1.partial", Final, Video.Length, Hex(Video)), file);
        Assert.False(File.Exists(Final));
        Assert.Equal(Video.Length, seen.Last());
        download.Publish(file, overwrite: false);
        Assert.Equal(Video, await File.ReadAllBytesAsync(Final));
        Assert.Equal([Final], Directory.GetFiles(folder));
        var request = Assert.Single(server.Requests);
        Assert.Null(request.Header("Authorization"));
        Assert.Equal("identity", request.Header("Accept-Encoding"));
    }

    [Fact]
    public async Task An_existing_file_is_only_replaced_when_asked()
    {
        await using var server = WireServer.InTurn(WireAnswer.File(Video));
        using var download = Download(server);
        await File.WriteAllTextAsync(Final, "mine");

        var file = await download.FetchAsync(Url(server), Final, "job1", null, null, default);

        Assert.Throws<IOException>(() => download.Publish(file, overwrite: false));
        Assert.Equal("mine", await File.ReadAllTextAsync(Final));
        download.Publish(file, overwrite: true);
        Assert.Equal(Video, await File.ReadAllBytesAsync(Final));
    }

    [Fact]
    public async Task Only_what_is_missing_is_fetched_again()
    {
        var served = 0L;
        await using var server = new WireServer(request =>
        {
            var from = request.Header("Range") is { } range ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
            var rest = Video.Length - from;
            var cut = Math.Min(rest, 600_000);
            served += cut;

            // Ended early and not reset: a reset throws away what was sent and not read yet, and how much that is depends on the machine.
            var answer = new WireAnswer { ContentType = "video/mp4", Write = (body, ct) => body.WriteAsync(Video.AsMemory(from, cut), ct).AsTask() };
            answer.Headers["Content-Length"] = rest.ToString(CultureInfo.InvariantCulture);
            answer.Headers["ETag"] = "\"e1\"";
            if (from > 0)
            {
                Assert.Equal("\"e1\"", request.Header("If-Range"));
                answer.Headers["Content-Range"] = $"bytes {from}-{Video.Length - 1}/{Video.Length}";
            }
            return answer with { Status = from > 0 ? 206 : 200 };
        });
        using var download = Download(server);

        var file = await download.FetchAsync(Url(server), Final, "job1", Video.Length, null, default);

        Assert.Equal((Video.LongLength, Hex(Video)), (file.Bytes, file.Sha256));
        Assert.Equal(Video, await File.ReadAllBytesAsync(file.PartialPath));
        Assert.Equal(Video.Length, served);
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("416")]
    [InlineData("other part")]
    [InlineData("no validator")]
    public async Task A_host_that_cannot_go_on_starts_over(string how)
    {
        var other = MakeVideo(2_000_000);
        var first = true;
        await using var server = new WireServer(request =>
        {
            var answer = WireAnswer.File(other);
            if (first)
            {
                first = false;
                answer = WireAnswer.File(Video) with { CutAfter = 1_000_000 };
                if (how != "no validator")
                    answer.Headers["ETag"] = "\"e1\"";
                return answer;
            }
            if (request.Header("Range") is null || how == "whole")
                return answer;
            return how == "416" ? WireAnswer.Empty(416) : answer with { Status = 206, Headers = new() { ["Content-Range"] = "bytes 0-1999999/2000000" } };
        });
        using var download = Download(server);

        var file = await download.FetchAsync(Url(server), Final, "job1", null, null, default);

        Assert.Equal((other.LongLength, Hex(other)), (file.Bytes, file.Sha256));
        Assert.Equal(other, await File.ReadAllBytesAsync(file.PartialPath));
    }

    [Fact]
    public async Task An_emulated_result_survives_resets_and_cuts()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        using var client = new FalClient(FalEndpoint.Parse(emulator.Url.AbsoluteUri), FalCredential.Parse("demo:demo"));
        var upload = await client.UploadAsync(new FalUploadSource("v.mp4", "video/mp4", Video.Length, () => new MemoryStream(Video)), null, null, default);
        emulator.AddFaults(
            new Fault(EmulatorRoute.Download, FaultKind.ResetBeforeAccept),
            new Fault(EmulatorRoute.Download, FaultKind.Status) { Status = 503 },
            new Fault(EmulatorRoute.Download, FaultKind.Truncate) { Bytes = 1_000_000, Times = 2 },
            new Fault(EmulatorRoute.Download, FaultKind.ResetAfterAccept));
        using var download = new ResultDownload(FalEndpoint.Parse(emulator.Url.AbsoluteUri), new HurriedTime(), () => 0.5);

        var file = await download.FetchAsync(upload.Url, Final, "job1", Video.Length, null, default);

        Assert.Equal((upload.Bytes, upload.Sha256), (file.Bytes, file.Sha256));
        Assert.Equal(6, emulator.Ledger().Hits(EmulatorRoute.Download));
        Assert.Equal(0, emulator.Ledger().KeyLeaks);
    }

    [Fact]
    public async Task A_large_result_cut_five_times_and_then_of_a_wrong_length_is_fetched_once_and_is_never_seen_torn()
    {
        const int length = 50_000_000, cut = 8_000_000;
        var video = MakeVideo(length);
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        using var client = new FalClient(FalEndpoint.Parse(emulator.Url.AbsoluteUri), FalCredential.Parse("demo:demo"));
        var upload = await client.UploadAsync(new FalUploadSource("v.mp4", "video/mp4", length, () => new MemoryStream(video)), null, null, default);
        emulator.AddFaults(
            new Fault(EmulatorRoute.Download, FaultKind.Truncate) { Bytes = cut, Times = 5 },
            new Fault(EmulatorRoute.Download, FaultKind.Status) { Status = 200, Body = "too short", Headers = new Dictionary<string, string> { ["Content-Type"] = "video/mp4" } });
        using var download = new ResultDownload(FalEndpoint.Parse(emulator.Url.AbsoluteUri), new HurriedTime(), () => 0.5);
        var seen = new ConcurrentQueue<long>();
        var torn = false;

        var file = await download.FetchAsync(upload.Url, Final, "job1", length, new Steps(seen, () => torn |= File.Exists(Final)), default);
        torn |= File.Exists(Final);
        download.Publish(file, overwrite: false);

        // Seven answers: five cut ones, the wrong one, and the rest. What was on the disk only ever grew, so no byte of it came twice.
        Assert.Equal(7, emulator.Ledger().Hits(EmulatorRoute.Download));
        Assert.Equal(seen.Order(), seen);
        Assert.All(Enumerable.Range(1, 5), n => Assert.Contains(n * (long)cut, seen));
        Assert.False(torn);
        Assert.Equal([Final], Directory.GetFiles(folder));
        Assert.Equal(Hex(video), Hex(await File.ReadAllBytesAsync(Final)));
    }

    [Theory]
    [InlineData("page")]
    [InlineData("json")]
    [InlineData("packed")]
    [InlineData("wrong length")]
    [InlineData("wrong part")]
    [InlineData("wrong total")]
    public async Task A_rest_that_is_not_the_files_costs_nothing_of_what_is_there(string what)
    {
        const int cut = 1_000_000;
        var asked = 0;
        await using var server = new WireServer(_ => ++asked switch
        {
            1 => EndedEarly(cut),
            2 => what switch
            {
                "page" => WireAnswer.Html(200),
                "json" => WireAnswer.Json(200, "{}"),
                "packed" => WireAnswer.File(Video) with { Headers = new() { ["Content-Encoding"] = "gzip" } },
                "wrong length" => WireAnswer.File(Video[..^1]),
                "wrong part" => WireAnswer.File(Video[5..]) with { Status = 206, Headers = new() { ["Content-Range"] = $"bytes 5-{Video.Length - 1}/{Video.Length}" } },
                _ => WireAnswer.File(Video[cut..]) with { Status = 206, Headers = new() { ["Content-Range"] = $"bytes {cut}-{Video.Length - 1}/{Video.Length + 1}" } },
            },
            _ => WireAnswer.File(Video[cut..]) with { Status = 206, Headers = new() { ["Content-Range"] = $"bytes {cut}-{Video.Length - 1}/{Video.Length}" } },
        });
        using var download = Download(server);

        var file = await download.FetchAsync(Url(server), Final, "job1", Video.Length, null, default);

        Assert.Equal(Hex(Video), file.Sha256);
        Assert.Equal(3, server.Requests.Length);
        Assert.Equal($"bytes={cut}-", server.Requests[2].Header("Range"));
    }

    public static TheoryData<string, string> Stated => new()
    {
        { "Repr-Digest", $"sha-512=:AAAA:, sha-256=:{Base64(SHA256.HashData(Video))}:" },
        { "Digest", $"MD5={Base64(MD5.HashData(Video))},SHA-256={Base64(SHA256.HashData(Video))}" },
        { "Digest", $"md5={Base64(MD5.HashData(Video))}" },
        { "Content-MD5", Base64(MD5.HashData(Video)) },
        { "x-goog-hash", $"crc32c=AAAAAA==,md5={Base64(MD5.HashData(Video))}" },
    };

    [Theory]
    [MemberData(nameof(Stated))]
    public async Task A_hash_that_the_host_states_holds_over_cuts(string header, string value)
    {
        var first = true;
        await using var server = new WireServer(_ =>
        {
            if (!first)
                return WireAnswer.File(Video[1_000_000..]) with { Status = 206, Headers = new() { ["Content-Range"] = $"bytes 1000000-{Video.Length - 1}/{Video.Length}" } };
            first = false;
            return EndedEarly(1_000_000, (header, value));
        });
        using var download = Download(server);

        Assert.Equal(Hex(Video), (await download.FetchAsync(Url(server), Final, "job1", null, null, default)).Sha256);
        Assert.Equal(2, server.Requests.Length);
    }

    [Theory]
    [MemberData(nameof(Stated))]
    public async Task Other_bytes_than_the_host_states_are_fetched_once_more_and_then_refused(string header, string value)
    {
        var damaged = Video.ToArray();
        damaged[^1]++;
        await using var server = WireServer.InTurn(WireAnswer.File(damaged) with { Headers = new() { [header] = value } });
        using var download = Download(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => download.FetchAsync(Url(server), Final, "job1", Video.Length, null, default));

        Assert.Equal(LipSyncError.ResultUnfit, failure.ToLipSync().Error);
        Assert.Empty(Directory.GetFiles(folder));
        Assert.Equal(2, server.Requests.Length);
    }

    [Theory]
    [InlineData("Repr-Digest", "sha-256=:AAAA:")]
    [InlineData("Repr-Digest", "sha-256")]
    [InlineData("Digest", "unixsum=30637")]
    [InlineData("Content-MD5", "no base64")]
    [InlineData("x-goog-hash", "crc32c=AAAAAA==")]
    public async Task A_hash_that_is_not_understood_is_none(string header, string value)
    {
        await using var server = WireServer.InTurn(WireAnswer.File(Video) with { Headers = new() { [header] = value } });
        using var download = Download(server);

        Assert.Equal(Hex(Video), (await download.FetchAsync(Url(server), Final, "job1", null, null, default)).Sha256);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_hash_of_a_file_that_is_kept_packed_is_not_that_of_what_comes()
    {
        await using var server = WireServer.InTurn(WireAnswer.File(Video) with
        {
            Headers = new() { ["x-goog-hash"] = $"md5={Base64(new byte[16])}", ["x-goog-stored-content-encoding"] = "gzip" },
        });
        using var download = Download(server);

        Assert.Equal(Hex(Video), (await download.FetchAsync(Url(server), Final, "job1", null, null, default)).Sha256);
    }

    public static TheoryData<string> Unfit => ["html type", "html body", "json", "short", "announced", "packed", "longer"];

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task What_is_no_video_or_not_whole_leaves_nothing_behind(string what)
    {
        var answer = what switch
        {
            "html type" => WireAnswer.File(Video, "text/html"),
            "html body" => WireAnswer.File("<html><body>hotel network</body></html>"u8.ToArray()),
            "json" => WireAnswer.Json(200, """{"detail":"not here"}"""),
            "short" => WireAnswer.File(Video[..11]),
            "packed" => WireAnswer.File(Video) with { Headers = new() { ["Content-Encoding"] = "gzip" } },
            "longer" => new WireAnswer { ContentType = "video/mp4", Write = (stream, ct) => stream.WriteAsync(Video, ct).AsTask() },
            _ => WireAnswer.File(Video),
        };
        await using var server = WireServer.InTurn(answer);
        using var download = Download(server);
        long? announced = what switch { "announced" => Video.Length + 1, "longer" => Video.Length - 1, _ => null };

        var failure = await Assert.ThrowsAsync<FalException>(() => download.FetchAsync(Url(server), Final, "job1", announced, null, default));

        Assert.Equal(LipSyncError.ResultUnfit, failure.ToLipSync().Error);
        Assert.Empty(Directory.GetFiles(folder));
        Assert.Equal(2, server.Requests.Length);
    }

    [Fact]
    public async Task A_page_in_between_is_mended_by_the_second_look()
    {
        await using var server = WireServer.InTurn(WireAnswer.Html(200), WireAnswer.File(Video));
        using var download = Download(server);

        Assert.Equal(Hex(Video), (await download.FetchAsync(Url(server), Final, "job1", Video.Length, null, default)).Sha256);
    }

    [Theory]
    [InlineData(404, nameof(FalFailureKind.NotFound), 1)]
    [InlineData(410, nameof(FalFailureKind.NotFound), 1)]
    [InlineData(403, nameof(FalFailureKind.Locked), 1)]
    [InlineData(503, nameof(FalFailureKind.Server), 12)]
    public async Task A_file_that_is_not_given_is_told_by_kind(int status, string kind, int requests)
    {
        await using var server = WireServer.InTurn(WireAnswer.Html(status));
        using var download = Download(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => download.FetchAsync(new Uri(Url(server) + "?sig=hush"), Final, "job1", null, null, default));

        Assert.Equal((kind, status, requests), (failure.Kind.ToString(), failure.Status, server.Requests.Length));
        Assert.Equal(LipSyncError.DownloadFailed, failure.ToLipSync().Error);
        Assert.DoesNotContain("hush", failure.Detail, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task A_url_on_a_foreign_host_is_not_asked()
    {
        await using var foreign = WireServer.InTurn(WireAnswer.File(Video));
        await using var server = WireServer.InTurn(WireAnswer.File(Video));
        using var download = Download(server);

        var failure = await Assert.ThrowsAsync<FalException>(() => download.FetchAsync(Url(foreign), Final, "job1", null, null, default));

        Assert.Equal(FalFailureKind.NotFal, failure.Kind);
        Assert.Empty(foreign.Requests);
    }

    [Fact]
    public async Task A_redirect_is_followed_without_a_key()
    {
        await using var elsewhere = WireServer.InTurn(WireAnswer.File(Video));
        await using var server = WireServer.InTurn(WireAnswer.Empty(302, ("Location", elsewhere.Url + "/cdn/files/moved.mp4")));
        using var download = Download(server);

        var file = await download.FetchAsync(Url(server), Final, "job1", null, null, default);

        Assert.Equal(Hex(Video), file.Sha256);
        Assert.Null(Assert.Single(elsewhere.Requests).Header("Authorization"));
    }

    [Fact]
    public async Task Silence_breaks_and_goes_on()
    {
        var first = true;
        await using var server = new WireServer(request =>
        {
            if (!first)
                return WireAnswer.File(Video[1000..]) with { Status = 206, Headers = new() { ["ETag"] = "\"e1\"", ["Content-Range"] = $"bytes 1000-{Video.Length - 1}/{Video.Length}" } };
            first = false;
            return new WireAnswer
            {
                ContentType = "video/mp4",
                Headers = new() { ["ETag"] = "\"e1\"", ["Content-Length"] = Video.Length.ToString(CultureInfo.InvariantCulture) },
                Write = async (stream, ct) =>
                {
                    await stream.WriteAsync(Video.AsMemory(0, 1000), ct);
                    await Task.Delay(Timeout.Infinite, ct);
                },
            };
        });
        var time = new FakeTimeProvider();
        using var download = new ResultDownload(FalEndpoint.Parse(server.Url), time, () => 0.5);
        var seen = new ConcurrentQueue<long>();

        var fetching = download.FetchAsync(Url(server), Final, "job1", null, new Steps(seen), default);
        await StatusTests.Until(() => seen.Contains(1000));
        await Task.Delay(50);
        time.Advance(TimeSpan.FromSeconds(61));
        await StatusTests.Until(() =>
        {
            if (server.Requests.Length == 1)
                time.Advance(TimeSpan.FromMilliseconds(200));
            return fetching.IsCompleted;
        });

        Assert.Equal(Hex(Video), (await fetching).Sha256);
        Assert.Equal("bytes=1000-", server.Requests[1].Header("Range"));
    }

    [Fact]
    public async Task Being_cancelled_leaves_nothing_behind()
    {
        await using var server = WireServer.InTurn(WireAnswer.File(Video) with { Silent = true });
        using var download = Download(server);
        using var stop = new CancellationTokenSource();

        var fetching = download.FetchAsync(Url(server), Final, "job1", null, null, stop.Token);
        await StatusTests.Until(() => server.Requests.Length == 1);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task A_disk_that_fails_is_not_taken_for_the_network()
    {
        await using var server = WireServer.InTurn(WireAnswer.File(Video));
        using var download = Download(server);

        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => download.FetchAsync(Url(server), Path.Combine(folder, "no", "where.mp4"), "job1", null, null, default));

        Assert.Empty(server.Requests);
    }

    private string Final => Path.Combine(folder, "clip.lipsync.mp4");

    private static ResultDownload Download(WireServer server) => new(FalEndpoint.Parse(server.Url), new HurriedTime(), () => 0.5);

    private static Uri Url(WireServer server) => new(server.Url + "/cdn/files/a/output.mp4");

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] MakeVideo(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        "\0\0\0\u0018ftypisom"u8.CopyTo(bytes);
        return bytes;
    }

    /// <summary>An answer that breaks off after exactly so many bytes. Not by a reset, which throws away what was sent and not read yet.</summary>
    private static WireAnswer EndedEarly(int bytes, params (string Name, string Value)[] headers)
    {
        var answer = new WireAnswer { ContentType = "video/mp4", Write = (body, ct) => body.WriteAsync(Video.AsMemory(0, bytes), ct).AsTask() };
        answer.Headers["Content-Length"] = Video.Length.ToString(CultureInfo.InvariantCulture);
        answer.Headers["ETag"] = "\"e1\"";
        foreach (var (name, value) in headers)
            answer.Headers[name] = value;
        return answer;
    }

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);

    private sealed class Steps(ConcurrentQueue<long> seen, Action? look = null) : IProgress<long>
    {
        public void Report(long value)
        {
            seen.Enqueue(value);
            look?.Invoke();
        }
    }
}
