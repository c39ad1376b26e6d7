using System.Collections.Concurrent;
using System.Globalization;
using KlingLipSync.Fal;
using KlingLipSync.Results;
using KlingLipSync.Tests.Unit.Fal;

namespace KlingLipSync.Tests.Unit.Results;

/// <summary>Results become files: whole, of the right kind, and only those.</summary>
public sealed class ResultDownloadTests : DownloadScene
{
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
}
