using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

public class DownloadTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 13))];

    [Fact]
    public async Task It_is_public_and_says_what_it_is()
    {
        await using var client = await EmulatorClient.StartAsync();
        var url = await client.UploadAsync("clip.mp4", Content);
        using var reply = await client.DownloadAsync(url);
        Assert.Equal(200, (int)reply.StatusCode);
        Assert.Equal(Content.Length, reply.Content.Headers.ContentLength);
        Assert.Equal("*", EmulatorClient.Header(reply, "Access-Control-Allow-Origin"));
        Assert.Equal("public, max-age=5184000, immutable", EmulatorClient.Header(reply, "Cache-Control"));
        Assert.Equal(["bytes"], reply.Headers.AcceptRanges);
        Assert.NotNull(reply.Headers.ETag);
        Assert.Equal(1, client.Server.Ledger().Hits(EmulatorRoute.Download));
    }

    [Fact]
    public async Task A_key_is_refused_and_booked_as_a_leak()
    {
        await using var client = await EmulatorClient.StartAsync();
        var url = await client.UploadAsync("clip.mp4", Content);
        using var reply = await client.GetAsync(url);
        Assert.Equal(401, (int)reply.StatusCode);
        Assert.Equal(1, client.Server.Ledger().KeyLeaks);
    }

    [Fact]
    public async Task What_is_sent_is_counted_and_so_is_what_is_cut_off()
    {
        await using var client = await EmulatorClient.StartAsync();
        var url = await client.UploadAsync("clip.mp4", Content);
        client.Server.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.Truncate) { Bytes = 1000 });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.DownloadAsync(url));
        using var rest = await client.DownloadAsync(url, ("Range", "bytes=1000-1099"));
        Assert.Equal(1100, client.Server.Ledger().DownloadedBytes);
    }

    [Fact]
    public async Task Head_tells_all_but_the_bytes()
    {
        await using var client = await EmulatorClient.StartAsync();
        var url = await client.UploadAsync("clip.mp4", Content);
        using var reply = await client.SendAsync(HttpMethod.Head, url, authorization: null);
        Assert.Equal(200, (int)reply.StatusCode);
        Assert.Equal(Content.Length, reply.Content.Headers.ContentLength);
        Assert.Empty(await reply.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=0-99", 0, 100)]
    [InlineData("bytes=150000-", 150_000, 50_000)]
    [InlineData("bytes=-10", 199_990, 10)]
    [InlineData("bytes=199999-900000", 199_999, 1)]
    public async Task A_range_is_served(string range, int start, int count)
    {
        await using var client = await EmulatorClient.StartAsync();
        var url = await client.UploadAsync("clip.mp4", Content);
        using var reply = await client.DownloadAsync(url, ("Range", range));
        Assert.Equal(206, (int)reply.StatusCode);
        Assert.Equal($"bytes {start}-{start + count - 1}/{Content.Length}", reply.Content.Headers.ContentRange?.ToString());
        Assert.Equal(Content[start..(start + count)], await reply.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_range_past_the_end_is_416()
    {
        await using var client = await EmulatorClient.StartAsync();
        var url = await client.UploadAsync("clip.mp4", Content);
        using var reply = await client.DownloadAsync(url, ("Range", $"bytes={Content.Length}-"));
        Assert.Equal(416, (int)reply.StatusCode);
        Assert.Equal($"bytes */{Content.Length}", reply.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task If_range_with_another_etag_gets_the_whole()
    {
        await using var client = await EmulatorClient.StartAsync();
        var url = await client.UploadAsync("clip.mp4", Content);
        using var first = await client.DownloadAsync(url, ("Range", "bytes=0-9"));
        using var same = await client.DownloadAsync(url, ("Range", "bytes=10-19"), ("If-Range", first.Headers.ETag!.ToString()));
        Assert.Equal(206, (int)same.StatusCode);
        using var other = await client.DownloadAsync(url, ("Range", "bytes=10-19"), ("If-Range", "\"other\""));
        Assert.Equal(200, (int)other.StatusCode);
        Assert.Equal(Content.Length, (await other.Content.ReadAsByteArrayAsync()).Length);
        using var unchanged = await client.DownloadAsync(url, ("If-None-Match", first.Headers.ETag!.ToString()));
        Assert.Equal(304, (int)unchanged.StatusCode);
    }

    [Fact]
    public async Task Outputs_of_one_input_differ_from_it_and_from_each_other()
    {
        await using var client = await EmulatorClient.StartAsync();
        var url = await client.UploadAsync("clip.mp4", TestMovie.OfSeconds(5));
        foreach (var _ in new int[3])
            await client.CompletedAsync(await client.SubmitAsync(url));
        var ledger = client.Server.Ledger();
        Assert.Equal(4, ledger.Requests.Select(request => request.OutputSha256).Append(ledger.Uploads[0].Sha256).Distinct().Count());
    }
}
