using System.Security.Cryptography;
using KlingLipSync.Emulator;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Emulator;

public class ResultTests
{
    [Fact]
    public async Task A_success_is_the_bare_output_with_its_units()
    {
        await using var client = await EmulatorClient.StartAsync();
        var receipt = await client.SubmitAsync();
        using var reply = await client.ResultAsync(receipt);

        Assert.Equal(200, (int)reply.StatusCode);
        Assert.Equal("5", EmulatorClient.Header(reply, "x-fal-billable-units"));
        Assert.Equal(receipt.RequestId, EmulatorClient.Header(reply, "x-fal-request-id"));
        var url = (await EmulatorClient.JsonAsync(reply)).GetProperty("video").GetProperty("url").GetString()!;
        Assert.Matches($"^{client.Server.Url.GetLeftPart(UriPartial.Authority)}/cdn/files/b/[0-9a-f]{{8}}/{receipt.RequestId}_output\\.mp4$", url);

        using var download = await client.DownloadAsync(url);
        var bytes = await download.Content.ReadAsByteArrayAsync();
        var entry = client.Server.Ledger().Requests.Single();
        Assert.Equal(entry.OutputSha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal(entry.OutputBytes, bytes.Length);
        Assert.Equal(entry.OutputUrl, url);
        Assert.Equal((5, 0.070m, 200), (entry.BilledSeconds, entry.AmountUsd, entry.StatusCode));
        Assert.EndsWith(receipt.RequestId, System.Text.Encoding.ASCII.GetString(bytes));
    }

    [Fact]
    public async Task Too_early_is_a_400_that_names_the_addresses()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { QueueTime = TimeSpan.FromMinutes(1) });
        var receipt = await client.SubmitAsync();
        using var reply = await client.GetAsync(receipt.ResponseUrl);
        await EmulatorClient.AssertDetailAsync(reply, 400, "Request is still in progress");
        var body = await EmulatorClient.JsonAsync(reply);
        Assert.Equal(receipt.StatusUrl, body.GetProperty("status_url").GetString());
        Assert.Equal(receipt.CancelUrl, body.GetProperty("cancel_url").GetString());
        Assert.Equal(receipt.RequestId, body.GetProperty("request_id").GetString());
    }

    [Theory]
    [InlineData("noface.mp4", 422, "face_detection_error", "5", 5)]
    [InlineData("my%20policy.mp4?sig=1", 422, "content_policy_violation", "5", 5)]
    [InlineData("partner.mov", 500, "downstream_service_unavailable", null, 0)]
    public async Task The_name_of_the_video_steers_the_model(string name, int status, string type, string? units, int billed)
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.ResultAsync(await client.SubmitAsync("https://example.com/" + name));
        Assert.Equal(status, (int)reply.StatusCode);
        Assert.Equal(type, (await EmulatorClient.JsonAsync(reply)).GetProperty("detail")[0].GetProperty("type").GetString());
        Assert.Equal(units, EmulatorClient.Header(reply, "x-fal-billable-units"));
        Assert.Equal(status >= 500 ? "true" : "false", EmulatorClient.Header(reply, "x-fal-retryable"));
        Assert.Equal(billed, client.Server.Ledger().Requests.Single().BilledSeconds);
    }

    [Fact]
    public async Task A_crash_is_a_plain_500_unbilled()
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.ResultAsync(await client.SubmitAsync("https://example.com/crash.mp4"));
        await EmulatorClient.AssertDetailAsync(reply, 500, "Internal Server Error");
        Assert.Equal(0, client.Server.Ledger().AmountUsd);
    }

    [Theory]
    [InlineData(5, 5, false)]
    [InlineData(5.04, 10, false)]
    [InlineData(10, 10, true)]
    public async Task A_video_of_ours_is_billed_in_steps_of_five_seconds(double seconds, int billed, bool wide)
    {
        await using var client = await EmulatorClient.StartAsync();
        var movie = TestMovie.OfSeconds(seconds, wide: wide);
        var video = await client.UploadAsync("clip.mp4", movie);
        using var reply = await client.ResultAsync(await client.SubmitAsync(video));
        Assert.Equal(200, (int)reply.StatusCode);
        Assert.Equal(billed.ToString(), EmulatorClient.Header(reply, "x-fal-billable-units"));
        var entry = client.Server.Ledger().Requests.Single();
        Assert.Equal(billed * 0.014m, entry.AmountUsd);

        using var download = await client.DownloadAsync(entry.OutputUrl!);
        var bytes = await download.Content.ReadAsByteArrayAsync();
        Assert.Equal([.. movie, .. TestMovie.Box("free", System.Text.Encoding.ASCII.GetBytes(entry.RequestId))], bytes);
    }

    [Theory]
    [InlineData(10.2, "video_duration_too_long", "max_duration", "15")]
    [InlineData(1.9, "video_duration_too_short", "min_duration", "5")]
    public async Task A_length_outside_the_rules_is_refused_after_a_look(double seconds, string type, string context, string units)
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.ResultAsync(await client.SubmitAsync(await client.UploadAsync("clip.mp4", TestMovie.OfSeconds(seconds))));
        Assert.Equal(422, (int)reply.StatusCode);
        var entry = (await EmulatorClient.JsonAsync(reply)).GetProperty("detail")[0];
        Assert.Equal(type, entry.GetProperty("type").GetString());
        Assert.Equal(seconds, entry.GetProperty("ctx").GetProperty("provided_duration").GetDouble());
        Assert.True(entry.GetProperty("ctx").TryGetProperty(context, out _));
        Assert.Equal(units, EmulatorClient.Header(reply, "x-fal-billable-units"));
    }

    [Fact]
    public async Task What_is_no_movie_is_an_unsupported_format_without_units()
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.ResultAsync(await client.SubmitAsync(await client.UploadAsync("clip.mp4", "GIF89a, really"u8.ToArray())));
        Assert.Equal(422, (int)reply.StatusCode);
        Assert.Equal("unsupported_video_format", (await EmulatorClient.JsonAsync(reply)).GetProperty("detail")[0].GetProperty("type").GetString());
        Assert.Null(EmulatorClient.Header(reply, "x-fal-billable-units"));
        Assert.Equal(5, client.Server.Ledger().Requests.Single().BilledSeconds);
    }

    [Fact]
    public async Task A_short_sound_of_ours_is_refused()
    {
        await using var client = await EmulatorClient.StartAsync();
        var audio = await client.UploadAsync("voice.m4a", TestMovie.OfSeconds(1), "audio/mp4");
        using var reply = await client.ResultAsync(await client.SubmitAsync(audio: audio));
        Assert.Equal("audio_duration_too_short", (await EmulatorClient.JsonAsync(reply)).GetProperty("detail")[0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task Inputs_are_fetched_when_the_run_starts()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { QueueTime = TimeSpan.FromSeconds(90), Clock = clock });
        var video = await client.UploadAsync("clip.mp4", TestMovie.OfSeconds(5), headers: [("X-Fal-Object-Lifecycle-Preference", """{"expiration_duration_seconds":60}""")]);
        var receipt = await client.SubmitAsync(video);
        clock.Advance(TimeSpan.FromSeconds(91));
        using var reply = await client.ResultAsync(receipt);
        Assert.Equal(422, (int)reply.StatusCode);
        var entry = (await EmulatorClient.JsonAsync(reply)).GetProperty("detail")[0];
        Assert.Equal("file_download_error", entry.GetProperty("type").GetString());
        Assert.Equal("video_url", entry.GetProperty("loc")[1].GetString());
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("clip.mp4")]
    [InlineData("ftp://example.com/clip.mp4")]
    public async Task An_address_nobody_can_fetch_is_a_download_error(string url)
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.ResultAsync(await client.SubmitAsync(url));
        Assert.Equal("file_download_error", (await EmulatorClient.JsonAsync(reply)).GetProperty("detail")[0].GetProperty("type").GetString());
    }
}
