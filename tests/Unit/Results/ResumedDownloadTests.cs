using System.Collections.Concurrent;
using System.Globalization;
using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Results;
using KlingLipSync.Tests.Unit.Fal;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Results;

/// <summary>Downloads that break off go on from what is there.</summary>
public sealed class ResumedDownloadTests : DownloadScene
{
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
}
