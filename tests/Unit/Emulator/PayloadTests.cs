using System.Text.Json;
using KlingLipSync.Emulator;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Emulator;

/// <summary>What is kept of a request, and how it is deleted.</summary>
public class PayloadTests
{
    private const string Admin = "Key boss:boss";
    private const string History = $"api/v1/models/requests/by-endpoint?endpoint_id={EmulatorClient.EndpointId}&expand=payloads";

    [Fact]
    public async Task Deleting_takes_the_json_and_the_output_but_not_the_inputs()
    {
        await using var client = await StartAsync();
        var video = await client.UploadAsync("clip.mp4", TestMovie.OfSeconds(5));
        var receipt = await client.SubmitAsync(video);
        await client.CompletedAsync(receipt);
        var output = client.Server.Ledger().Requests.Single().OutputUrl!;

        using var reply = await DeleteAsync(client, receipt.RequestId);

        Assert.Equal($$"""{"cdn_delete_results":[{"link":"{{output}}","exception":null}]}""", await TextAsync(reply, 200));
        Assert.Equal(404, await CodeAsync(client.GetAsync(receipt.ResponseUrl)));
        Assert.Equal(404, await CodeAsync(client.GetAsync(receipt.StatusUrl)));
        Assert.Equal(404, await CodeAsync(client.DownloadAsync(output)));
        Assert.Equal(200, await CodeAsync(client.DownloadAsync(video)));
        var item = await FirstAsync(client);
        Assert.Equal(receipt.RequestId, item.GetProperty("request_id").GetString());
        Assert.Equal(200, item.GetProperty("status_code").GetInt32());
        Assert.False(item.TryGetProperty("json_input", out _));
        Assert.False(item.TryGetProperty("json_output", out _));
        Assert.Equal(1, client.Server.Ledger().Hits(EmulatorRoute.DeletePayloads));
        using var again = await DeleteAsync(client, receipt.RequestId);
        Assert.Equal("""{"cdn_delete_results":[]}""", await TextAsync(again, 200));
    }

    [Fact]
    public async Task The_same_idempotency_key_gets_the_same_answer_for_ten_minutes()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var client = await StartAsync(clock);
        var receipt = await client.SubmitAsync();
        await client.CompletedAsync(receipt);

        using var first = await DeleteAsync(client, receipt.RequestId, "k1");
        var text = await TextAsync(first, 200);
        clock.Advance(TimeSpan.FromMinutes(9));
        using var repeated = await DeleteAsync(client, receipt.RequestId, "k1");
        using var other = await DeleteAsync(client, receipt.RequestId, "k2");
        clock.Advance(TimeSpan.FromMinutes(2));
        using var late = await DeleteAsync(client, receipt.RequestId, "k1");

        Assert.Contains("link", text);
        Assert.Equal(text, await TextAsync(repeated, 200));
        Assert.Equal("""{"cdn_delete_results":[]}""", await TextAsync(other, 200));
        Assert.Equal("""{"cdn_delete_results":[]}""", await TextAsync(late, 200));
    }

    [Fact]
    public async Task Only_an_admin_key_deletes_and_only_what_is_its_own()
    {
        await using var client = await StartAsync();
        var receipt = await client.SubmitAsync();
        await client.CompletedAsync(receipt);
        using var foreign = await client.SendAsync(HttpMethod.Post, EmulatorClient.Endpoint, EmulatorClient.Json("{}"), "Key other:other");
        var foreignId = (await EmulatorClient.JsonAsync(foreign)).GetProperty("request_id").GetString()!;

        await AssertErrorAsync(client.SendAsync(HttpMethod.Delete, Url(receipt.RequestId)), 403, "authorization_error");
        await AssertErrorAsync(client.SendAsync(HttpMethod.Delete, Url(receipt.RequestId), authorization: "Key boss:wrong"), 401, "authorization_error");
        await AssertErrorAsync(client.SendAsync(HttpMethod.Delete, Url(receipt.RequestId), authorization: null), 401, "authorization_error");
        await AssertErrorAsync(DeleteAsync(client, foreignId), 404, "not_found");
        await AssertErrorAsync(DeleteAsync(client, "nobody"), 404, "not_found");
        await AssertErrorAsync(client.SendAsync(HttpMethod.Get, Url(receipt.RequestId), authorization: Admin), 405, "method_not_allowed");
        Assert.Equal(200, await CodeAsync(client.GetAsync(receipt.ResponseUrl)));
    }

    [Fact]
    public async Task What_has_not_ended_is_not_deleted()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { QueueTime = TimeSpan.FromMinutes(1), AdminKeys = ["boss:boss"] });
        var receipt = await client.SubmitAsync();

        await AssertErrorAsync(DeleteAsync(client, receipt.RequestId), 400, "validation_error");

        Assert.Equal(202, await CodeAsync(client.GetAsync(receipt.StatusUrl)));
    }

    [Fact]
    public async Task An_admin_key_is_a_key_of_the_first_account()
    {
        await using var client = await StartAsync();
        var receipt = await client.SubmitAsync();
        await client.CompletedAsync(receipt);

        Assert.Equal(200, await CodeAsync(client.SendAsync(HttpMethod.Get, receipt.ResponseUrl, authorization: Admin)));
        using var history = await client.SendAsync(HttpMethod.Get, History, authorization: Admin);
        Assert.Equal(receipt.RequestId, (await EmulatorClient.JsonAsync(history)).GetProperty("items")[0].GetProperty("request_id").GetString());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData(null)]
    public async Task An_account_that_keeps_nothing_keeps_nothing_whatever_is_asked(string? store)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { Clock = clock, PayloadStorage = false });
        var receipt = store is null ? await client.SubmitAsync() : await client.SubmitAsync(headers: [("X-Fal-Store-IO", store)]);
        await client.CompletedAsync(receipt);

        var item = await FirstAsync(client);
        Assert.Equal(receipt.RequestId, item.GetProperty("request_id").GetString());
        Assert.False(item.TryGetProperty("json_input", out _));
        Assert.False(item.TryGetProperty("json_output", out _));
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(200, await CodeAsync(client.GetAsync(receipt.ResponseUrl)));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(404, await CodeAsync(client.GetAsync(receipt.ResponseUrl)));
    }

    private static Task<EmulatorClient> StartAsync(TimeProvider? clock = null) => EmulatorClient.StartAsync(
        EmulatorOptions.Instant with { Clock = clock ?? TimeProvider.System, Keys = ["demo:demo", "other:other"], AdminKeys = ["boss:boss"] });

    private static string Url(string id) => $"api/v1/models/requests/{id}/payloads";

    private static Task<HttpResponseMessage> DeleteAsync(EmulatorClient client, string id, string? idempotencyKey = null) => client.SendAsync(
        HttpMethod.Delete, Url(id), authorization: Admin, headers: idempotencyKey is null ? [] : [("Idempotency-Key", idempotencyKey)]);

    private static async Task<JsonElement> FirstAsync(EmulatorClient client)
    {
        using var reply = await client.GetAsync(History);
        return (await EmulatorClient.JsonAsync(reply)).GetProperty("items")[0];
    }

    private static async Task<string> TextAsync(HttpResponseMessage reply, int code)
    {
        Assert.Equal(code, (int)reply.StatusCode);
        return await reply.Content.ReadAsStringAsync();
    }

    private static async Task<int> CodeAsync(Task<HttpResponseMessage> asking)
    {
        using var reply = await asking;
        return (int)reply.StatusCode;
    }

    private static async Task AssertErrorAsync(Task<HttpResponseMessage> asking, int code, string type)
    {
        using var reply = await asking;
        Assert.Equal(code, (int)reply.StatusCode);
        Assert.Equal(type, (await EmulatorClient.JsonAsync(reply)).GetProperty("error").GetProperty("type").GetString());
    }
}
