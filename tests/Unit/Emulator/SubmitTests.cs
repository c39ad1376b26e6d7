using System.Net.Http.Json;
using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

public class SubmitTests
{
    [Fact]
    public async Task A_receipt_has_state_id_and_the_three_addresses_under_the_app_alone()
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.PostAsync(EmulatorClient.Endpoint, EmulatorClient.Input(EmulatorClient.Video, EmulatorClient.Audio));

        Assert.Equal(200, (int)reply.StatusCode);
        var body = await EmulatorClient.JsonAsync(reply);
        var id = body.GetProperty("request_id").GetString()!;
        var root = $"{client.Server.Url.GetLeftPart(UriPartial.Authority)}/queue/fal-ai/kling-video/requests/{id}";
        Assert.Equal("IN_QUEUE", body.GetProperty("status").GetString());
        Assert.Equal(0, body.GetProperty("queue_position").GetInt32());
        Assert.Equal(root, body.GetProperty("response_url").GetString());
        Assert.Equal(root + "/status", body.GetProperty("status_url").GetString());
        Assert.Equal(root + "/cancel", body.GetProperty("cancel_url").GetString());
        Assert.Equal(id, EmulatorClient.Header(reply, "x-fal-request-id"));
        Assert.True(Guid.TryParse(id, out _));
        Assert.NotNull(reply.Headers.Date);
    }

    [Fact]
    public async Task An_app_that_is_not_there_is_refused_at_once()
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.PostAsync("queue/fal-ai/kling-vidoe/lipsync/audio-to-video", "{}");
        await EmulatorClient.AssertDetailAsync(reply, 404, "Application \"kling-vidoe\" not found");
        Assert.Empty(client.Server.Ledger().Requests);
    }

    [Fact]
    public async Task An_endpoint_the_app_has_not_is_taken_and_ends_as_404_unbilled()
    {
        await using var client = await EmulatorClient.StartAsync();
        using var submit = await client.PostAsync("queue/fal-ai/kling-video/lipsync/video-to-audio", "{}");
        Assert.Equal(200, (int)submit.StatusCode);
        using var result = await client.ResultAsync((await submit.Content.ReadFromJsonAsync<EmulatorClient.Receipt>(SnakeCase.Options))!);
        await EmulatorClient.AssertDetailAsync(result, 404, "Path /lipsync/video-to-audio not found");
        Assert.Equal("0", EmulatorClient.Header(result, "x-fal-billable-units"));
        Assert.Equal(0, client.Server.Ledger().AmountUsd);
    }

    [Fact]
    public async Task A_wrapped_body_is_taken_and_ends_as_422_with_both_fields_missing()
    {
        await using var client = await EmulatorClient.StartAsync();
        using var submit = await client.PostAsync(EmulatorClient.Endpoint, """{"input":{"video_url":"https://example.com/a.mp4","audio_url":"https://example.com/a.mp3"}}""");
        Assert.Equal(200, (int)submit.StatusCode);
        using var result = await client.ResultAsync((await submit.Content.ReadFromJsonAsync<EmulatorClient.Receipt>(SnakeCase.Options))!);

        Assert.Equal(422, (int)result.StatusCode);
        Assert.Equal("0", EmulatorClient.Header(result, "x-fal-billable-units"));
        var detail = (await EmulatorClient.JsonAsync(result)).GetProperty("detail").EnumerateArray().ToList();
        Assert.Equal(["video_url", "audio_url"], detail.Select(entry => entry.GetProperty("loc")[1].GetString()));
        Assert.All(detail, entry => Assert.Equal("missing", entry.GetProperty("type").GetString()));
        Assert.Equal(0, client.Server.Ledger().AmountUsd);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("""{"video_url":1,"audio_url":"https://example.com/a.mp3"}""")]
    public async Task Nothing_is_validated_at_submit(string body)
    {
        await using var client = await EmulatorClient.StartAsync();
        using var submit = await client.PostAsync(EmulatorClient.Endpoint, body);
        Assert.Equal(200, (int)submit.StatusCode);
        using var result = await client.ResultAsync((await submit.Content.ReadFromJsonAsync<EmulatorClient.Receipt>(SnakeCase.Options))!);
        Assert.Equal(422, (int)result.StatusCode);
        Assert.Equal("0", EmulatorClient.Header(result, "x-fal-billable-units"));
    }

    [Theory]
    [InlineData("X-Fal-Request-Start-Timeout", "soon")]
    [InlineData("X-Fal-Request-Start-Timeout", "0.1")]
    [InlineData("X-Fal-Request-Start-Timeout", "NaN")]
    [InlineData("X-Fal-Request-Timeout", "-5")]
    [InlineData("X-Fal-Object-Lifecycle-Preference", "7d")]
    public async Task A_bad_header_is_a_bad_request(string name, string value)
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.PostAsync(EmulatorClient.Endpoint, "{}", (name, value));
        Assert.Equal(400, (int)reply.StatusCode);
        Assert.Equal("bad_request", (await EmulatorClient.JsonAsync(reply)).GetProperty("error_type").GetString());
        Assert.Equal("bad_request", EmulatorClient.Header(reply, "X-Fal-Error-Type"));
        Assert.Empty(client.Server.Ledger().Requests);
    }

    [Fact]
    public async Task The_newer_name_of_the_start_timeout_wins()
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.PostAsync(EmulatorClient.Endpoint, "{}", ("X-Fal-Request-Timeout", "rubbish"), ("X-Fal-Request-Start-Timeout", "60"));
        Assert.Equal(200, (int)reply.StatusCode);
    }

    [Fact]
    public async Task The_ledger_keeps_input_headers_and_key_of_what_was_accepted()
    {
        await using var client = await EmulatorClient.StartAsync();
        var receipt = await client.SubmitAsync(headers: [("X-Fal-Store-IO", "1"), ("x-app-fal-disable-fallback", "true"), ("X-Other", "no")]);
        var entry = Assert.Single(client.Server.Ledger().Requests);
        Assert.Equal(receipt.RequestId, entry.RequestId);
        Assert.Equal(EmulatorClient.EndpointId, entry.EndpointId);
        Assert.Equal(EmulatorClient.Video, entry.Input.GetProperty("video_url").GetString());
        Assert.Equal("demo", entry.KeyId);
        Assert.Equal(new Dictionary<string, string> { ["x-fal-store-io"] = "1", ["x-app-fal-disable-fallback"] = "true" }, entry.Headers);
    }

    [Fact]
    public async Task A_webhook_is_taken_and_ignored()
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.PostAsync(EmulatorClient.Endpoint + "?fal_webhook=https%3A%2F%2Fexample.com%2Fhook", EmulatorClient.Input(EmulatorClient.Video, EmulatorClient.Audio));
        Assert.Equal(200, (int)reply.StatusCode);
    }

    [Fact]
    public async Task The_blocking_call_answers_with_the_result_itself()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(0.1) });
        using var reply = await client.PostAsync("run/fal-ai/kling-video/lipsync/audio-to-video", EmulatorClient.Input(EmulatorClient.Video, EmulatorClient.Audio));
        Assert.Equal(200, (int)reply.StatusCode);
        Assert.Equal("5", EmulatorClient.Header(reply, "x-fal-billable-units"));
        Assert.StartsWith("http", (await EmulatorClient.JsonAsync(reply)).GetProperty("video").GetProperty("url").GetString());
    }

    [Fact]
    public async Task The_blocking_call_is_refused_when_no_slot_is_free()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(30), Concurrency = 1 });
        await client.ReachesAsync(await client.SubmitAsync(), "IN_PROGRESS");
        using var reply = await client.PostAsync("run/fal-ai/kling-video/lipsync/audio-to-video", "{}");
        Assert.Equal(429, (int)reply.StatusCode);
        Assert.Equal("1", EmulatorClient.Header(reply, "X-Fal-Needs-Retry"));
        Assert.Equal("concurrent_requests_limit", (await EmulatorClient.JsonAsync(reply)).GetProperty("type").GetString());
        Assert.Single(client.Server.Ledger().Requests);
    }
}
