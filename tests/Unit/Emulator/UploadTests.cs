using System.Security.Cryptography;
using System.Text.Json;
using KlingLipSync.Emulator;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Emulator;

public class UploadTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];

    [Theory]
    [InlineData("fal-cdn-v3")]
    [InlineData("gcs")]
    public async Task Bytes_go_to_the_upload_url_and_are_read_at_the_file_url(string storage)
    {
        await using var client = await EmulatorClient.StartAsync();
        using var initiate = await client.PostAsync($"rest/storage/upload/initiate?storage_type={storage}", """{"content_type":"video/mp4","file_name":"my clip.mp4"}""");
        var body = await EmulatorClient.JsonAsync(initiate);
        var fileUrl = body.GetProperty("file_url").GetString()!;
        Assert.Matches("/cdn/files/b/[0-9a-f]{8}/[0-9a-f]+_my_clip\\.mp4$", fileUrl);

        using var put = await client.SendAsync(HttpMethod.Put, body.GetProperty("upload_url").GetString()!, EmulatorClient.Bytes(Content, "video/mp4"), authorization: null);
        Assert.Equal(200, (int)put.StatusCode);
        using var download = await client.DownloadAsync(fileUrl);
        Assert.Equal(Content, await download.Content.ReadAsByteArrayAsync());
        Assert.Equal("video/mp4", download.Content.Headers.ContentType?.MediaType);

        var entry = Assert.Single(client.Server.Ledger().Uploads);
        Assert.Equal((fileUrl, Content.LongLength, Convert.ToHexStringLower(SHA256.HashData(Content)), "my clip.mp4"), (entry.Url, entry.Bytes, entry.Sha256, entry.FileName));
    }

    [Fact]
    public async Task A_key_or_another_content_type_is_refused_at_the_upload_url()
    {
        await using var client = await EmulatorClient.StartAsync();
        var (uploadUrl, _) = await client.InitiateAsync("clip.mp4");
        using var withKey = await client.SendAsync(HttpMethod.Put, uploadUrl, EmulatorClient.Bytes(Content, "video/mp4"));
        Assert.Equal(403, (int)withKey.StatusCode);
        using var otherType = await client.SendAsync(HttpMethod.Put, uploadUrl, EmulatorClient.Bytes(Content, "application/octet-stream"), authorization: null);
        Assert.Equal(403, (int)otherType.StatusCode);
        using var noType = await client.SendAsync(HttpMethod.Put, uploadUrl, EmulatorClient.Bytes(Content), authorization: null);
        Assert.Equal(403, (int)noType.StatusCode);
        var ledger = client.Server.Ledger();
        Assert.Empty(ledger.Uploads);
        Assert.Equal(1, ledger.KeyLeaks);
        Assert.Equal(3, ledger.Hits(EmulatorRoute.Put));
    }

    [Fact]
    public async Task An_upload_url_is_signed_and_short_lived()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { Clock = clock });
        var (uploadUrl, _) = await client.InitiateAsync("clip.mp4");
        using var unsigned = await client.SendAsync(HttpMethod.Put, uploadUrl.Split('?')[0], EmulatorClient.Bytes(Content, "video/mp4"), authorization: null);
        Assert.Equal(403, (int)unsigned.StatusCode);
        clock.Advance(TimeSpan.FromSeconds(121));
        using var late = await client.SendAsync(HttpMethod.Put, uploadUrl, EmulatorClient.Bytes(Content, "video/mp4"), authorization: null);
        Assert.Equal(403, (int)late.StatusCode);
        Assert.Empty(client.Server.Ledger().Uploads);
    }

    [Fact]
    public async Task Each_route_reads_one_of_the_two_lifecycle_names()
    {
        await using var client = await EmulatorClient.StartAsync();
        await client.UploadAsync("a.mp4", Content, headers: [("X-Fal-Object-Lifecycle", """{"expiration_duration_seconds":60}""")]);
        await client.UploadAsync("b.mp4", Content, headers: [("X-Fal-Object-Lifecycle-Preference", """{"expiration_duration_seconds":60}""")]);
        var token = await TokenAsync(client);
        await DirectAsync(client, token, ("X-Fal-Object-Lifecycle", """{"expiration_duration_seconds":60}"""));
        await DirectAsync(client, token, ("X-Fal-Object-Lifecycle-Preference", """{"expiration_duration_seconds":60}"""));
        Assert.Equal([null, 60, 60, null], client.Server.Ledger().Uploads.Select(upload => upload.ExpirationSeconds));
    }

    [Fact]
    public async Task An_upload_expires()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { Clock = clock });
        var url = await client.UploadAsync("a.mp4", Content, headers: [("X-Fal-Object-Lifecycle-Preference", """{"expiration_duration_seconds":60}""")]);
        clock.Advance(TimeSpan.FromSeconds(61));
        using var download = await client.DownloadAsync(url);
        Assert.Equal(404, (int)download.StatusCode);
    }

    [Theory]
    [InlineData("forbid", 403)]
    [InlineData("hide", 404)]
    public async Task A_restricted_file_is_read_with_a_cdn_token_only(string acl, int code)
    {
        await using var client = await EmulatorClient.StartAsync();
        var url = await client.UploadAsync("a.mp4", TestMovie.OfSeconds(5), headers: [("X-Fal-Object-Lifecycle-Preference", $$$"""{"initial_acl":{"default":"{{{acl}}}"}}""")]);
        using var stranger = await client.DownloadAsync(url);
        Assert.Equal(code, (int)stranger.StatusCode);
        using var owner = await client.SendAsync(HttpMethod.Get, url, authorization: await TokenAsync(client));
        Assert.Equal(200, (int)owner.StatusCode);
        using var result = await client.ResultAsync(await client.SubmitAsync(url));
        Assert.Equal("file_download_error", (await EmulatorClient.JsonAsync(result)).GetProperty("detail")[0].GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("a b?c#d.mp4", "a_b_c_d.mp4")]
    [InlineData("ü.mp4", "_.mp4")]
    [InlineData(".hidden", "hidden")]
    public async Task A_file_name_is_made_safe(string name, string safe)
    {
        await using var client = await EmulatorClient.StartAsync();
        var (_, fileUrl) = await client.InitiateAsync(name);
        Assert.EndsWith("_" + safe, fileUrl);
        Assert.Matches("^[0-9a-f]+_", fileUrl.Split('/')[^1]);
    }

    [Theory]
    [InlineData("{}", "content_type")]
    [InlineData("""{"content_type":"video/mp4"}""", "file_name")]
    [InlineData("", "content_type")]
    public async Task An_announcement_without_name_or_type_is_refused(string body, string field)
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.PostAsync("rest/storage/upload/initiate?storage_type=fal-cdn-v3", body);
        Assert.Equal(422, (int)reply.StatusCode);
        Assert.Equal(field, (await EmulatorClient.JsonAsync(reply)).GetProperty("detail")[0].GetProperty("loc")[1].GetString());
    }

    [Fact]
    public async Task Parts_are_joined_in_order()
    {
        await using var client = await EmulatorClient.StartAsync();
        var (uploadUrl, fileUrl) = await client.InitiateAsync("clip.mp4", inParts: true);
        List<object> parts = [];
        foreach (var number in new[] { 2, 1, 3 })
        {
            using var put = await client.SendAsync(HttpMethod.Put, PartUrl(uploadUrl, number), EmulatorClient.Bytes(Slice(number)), authorization: null);
            var body = await EmulatorClient.JsonAsync(put);
            Assert.Equal(number, body.GetProperty("partNumber").GetInt32());
            Assert.Equal(body.GetProperty("etag").GetString(), put.Headers.ETag?.ToString());
            parts.Add(new { partNumber = number, etag = body.GetProperty("etag").GetString() });
        }

        var wrongOrder = JsonSerializer.Serialize(new { parts });
        using (var refused = await client.SendAsync(HttpMethod.Post, PartUrl(uploadUrl, "complete"), EmulatorClient.Json(wrongOrder), authorization: null))
            Assert.Equal(400, (int)refused.StatusCode);
        Assert.Empty(client.Server.Ledger().Uploads);

        var inOrder = JsonSerializer.Serialize(new { parts = new[] { parts[1], parts[0], parts[2] } });
        using (var done = await client.SendAsync(HttpMethod.Post, PartUrl(uploadUrl, "complete"), EmulatorClient.Json(inOrder), authorization: null))
            Assert.Equal(200, (int)done.StatusCode);
        using var download = await client.DownloadAsync(fileUrl);
        Assert.Equal(Content, await download.Content.ReadAsByteArrayAsync());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Content)), Assert.Single(client.Server.Ledger().Uploads).Sha256);
    }

    [Fact]
    public async Task A_part_number_after_the_query_is_refused()
    {
        await using var client = await EmulatorClient.StartAsync();
        var (uploadUrl, _) = await client.InitiateAsync("clip.mp4", inParts: true);
        using var reply = await client.SendAsync(HttpMethod.Put, uploadUrl + "/1", EmulatorClient.Bytes(Content), authorization: null);
        Assert.Equal(403, (int)reply.StatusCode);
    }

    [Fact]
    public async Task A_cdn_token_takes_a_file_in_one_go()
    {
        await using var client = await EmulatorClient.StartAsync();
        var token = await TokenAsync(client);
        var url = await DirectAsync(client, token);
        using var download = await client.DownloadAsync(url);
        Assert.Equal(Content, await download.Content.ReadAsByteArrayAsync());
        using var stranger = await client.SendAsync(HttpMethod.Post, "cdn/files/upload", EmulatorClient.Bytes(Content, "video/mp4"), "Bearer nonsense");
        Assert.Equal(401, (int)stranger.StatusCode);
        using var key = await client.SendAsync(HttpMethod.Post, "cdn/files/upload", EmulatorClient.Bytes(Content, "video/mp4"));
        Assert.Equal(401, (int)key.StatusCode);
        Assert.Equal(1, client.Server.Ledger().KeyLeaks);
    }

    [Fact]
    public async Task A_cdn_token_takes_a_file_in_parts()
    {
        await using var client = await EmulatorClient.StartAsync();
        var token = await TokenAsync(client);
        using var open = await client.SendAsync(HttpMethod.Post, "cdn/files/upload/multipart", EmulatorClient.Bytes([], "video/mp4"), token, headers: [("X-Fal-File-Name", "clip.mp4")]);
        var body = await EmulatorClient.JsonAsync(open);
        var url = body.GetProperty("access_url").GetString()!;
        var upload = $"{url}/multipart/{body.GetProperty("uploadId").GetString()}";

        List<object> parts = [];
        foreach (var number in new[] { 1, 2, 3 })
        {
            using var lost = await client.SendAsync(HttpMethod.Put, $"{upload}/{number}", EmulatorClient.Bytes(Slice(number)), token);
            Assert.Null(lost.Headers.ETag);
            using var put = await client.SendAsync(HttpMethod.Put, $"{upload}/{number}", EmulatorClient.Bytes(Slice(number)), token, headers: [("Accept-Encoding", "identity")]);
            parts.Add(new { partNumber = number, etag = put.Headers.ETag!.ToString() });
        }

        using var done = await client.SendAsync(HttpMethod.Post, $"{upload}/complete", EmulatorClient.Json(JsonSerializer.Serialize(new { parts })), token);
        Assert.Equal(200, (int)done.StatusCode);
        using var download = await client.DownloadAsync(url);
        Assert.Equal(Content, await download.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_broken_upload_leaves_nothing()
    {
        await using var client = await EmulatorClient.StartAsync();
        var (uploadUrl, fileUrl) = await client.InitiateAsync("clip.mp4");
        using (var socket = new System.Net.Sockets.TcpClient())
        {
            await socket.ConnectAsync("127.0.0.1", client.Server.Url.Port);
            var head = $"PUT {new Uri(uploadUrl).PathAndQuery} HTTP/1.1\r\nHost: localhost\r\nContent-Type: video/mp4\r\nContent-Length: 1000\r\n\r\nonly this";
            await socket.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(head));
            await Task.Delay(50);
        }

        await Task.Delay(100);
        using var download = await client.DownloadAsync(fileUrl);
        Assert.Equal(404, (int)download.StatusCode);
        Assert.Empty(client.Server.Ledger().Uploads);
    }

    private static byte[] Slice(int number) => number == 3 ? Content[200_000..] : Content[((number - 1) * 100_000)..(number * 100_000)];

    private static string PartUrl(string uploadUrl, object part)
    {
        var cut = uploadUrl.IndexOf('?');
        return $"{uploadUrl[..cut]}/{part}{uploadUrl[cut..]}";
    }

    private static async Task<string> TokenAsync(EmulatorClient client)
    {
        using var reply = await client.PostAsync("rest/storage/auth/token?storage_type=fal-cdn-v3", "{}");
        var body = await EmulatorClient.JsonAsync(reply);
        Assert.EndsWith("/cdn", body.GetProperty("base_url").GetString());
        Assert.True(body.GetProperty("expires_at").GetDateTimeOffset() > DateTimeOffset.UtcNow);
        return $"{body.GetProperty("token_type").GetString()} {body.GetProperty("token").GetString()}";
    }

    private static async Task<string> DirectAsync(EmulatorClient client, string token, params (string, string)[] headers)
    {
        using var reply = await client.SendAsync(
            HttpMethod.Post, "cdn/files/upload", EmulatorClient.Bytes(Content, "video/mp4"), token, headers: [("X-Fal-File-Name", "clip.mp4"), .. headers]);
        Assert.Equal(200, (int)reply.StatusCode);
        return (await EmulatorClient.JsonAsync(reply)).GetProperty("access_url").GetString()!;
    }
}
