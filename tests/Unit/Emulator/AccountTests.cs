using KlingLipSync.Emulator;

namespace KlingLipSync.Tests.Unit.Emulator;

public class AccountTests
{
    private const string NoUser = "No user found for Key ID and Secret";
    private const string BadShape = "Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'.";

    [Theory]
    [InlineData("Key demo:wrong", NoUser)]
    [InlineData("Key nobody:demo", NoUser)]
    [InlineData("Key demo", BadShape)]
    [InlineData("Key demo:", BadShape)]
    [InlineData("Bearer demo:demo", "invalid key credentials")]
    [InlineData("demo:demo", "invalid key credentials")]
    [InlineData(null, "Cannot access application \"fal-ai/kling-video\". Authentication is required to access this application.")]
    public async Task Only_a_known_key_in_the_right_shape_opens_the_queue(string? authorization, string detail)
    {
        await using var client = await EmulatorClient.StartAsync();
        using var submit = await client.SendAsync(HttpMethod.Post, EmulatorClient.Endpoint, EmulatorClient.Json("{}"), authorization);
        await EmulatorClient.AssertDetailAsync(submit, 401, detail);
        using var status = await client.SendAsync(HttpMethod.Get, $"queue/fal-ai/kling-video/requests/{Guid.NewGuid()}/status", authorization: authorization);
        await EmulatorClient.AssertDetailAsync(status, 401, detail);
        Assert.Empty(client.Server.Ledger().Requests);
    }

    [Fact]
    public async Task The_storage_host_has_words_of_its_own()
    {
        await using var client = await EmulatorClient.StartAsync();
        using var reply = await client.SendAsync(HttpMethod.Post, "rest/storage/upload/initiate?storage_type=fal-cdn-v3", EmulatorClient.Json("{}"), authorization: null);
        await EmulatorClient.AssertDetailAsync(reply, 401, "Authorization header is required");
    }

    [Fact]
    public async Task Another_account_does_not_find_the_request()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { Keys = ["demo:demo", "other:other"] });
        var receipt = await client.SubmitAsync();
        foreach (var (method, url) in new[] { (HttpMethod.Get, receipt.StatusUrl), (HttpMethod.Get, receipt.ResponseUrl), (HttpMethod.Put, receipt.CancelUrl) })
        {
            using var reply = await client.SendAsync(method, url, authorization: "Key other:other");
            Assert.Equal(404, (int)reply.StatusCode);
            Assert.Equal("""{"status":"NOT_FOUND"}""", await reply.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_lock_refuses_new_work_and_reads_while_jobs_go_on()
    {
        await using var client = await EmulatorClient.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(0.2) });
        var receipt = await client.SubmitAsync();
        using (var locked = await client.PostAsync("_emulator/lock", """{"reason":"Exhausted balance. Top up your balance at fal.ai/dashboard/billing."}"""))
            Assert.Equal(204, (int)locked.StatusCode);

        foreach (var send in new Func<Task<HttpResponseMessage>>[]
                 {
                     () => client.PostAsync(EmulatorClient.Endpoint, "{}"),
                     () => client.GetAsync(receipt.StatusUrl),
                     () => client.GetAsync(receipt.StatusUrl + "/stream"),
                     () => client.GetAsync(receipt.ResponseUrl),
                     () => client.PostAsync("rest/storage/upload/initiate?storage_type=fal-cdn-v3", "{}"),
                 })
        {
            using var reply = await send();
            await EmulatorClient.AssertDetailAsync(reply, 403, "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.");
        }

        await client.ReachesAsync(receipt, "COMPLETED");
        using (await client.SendAsync(HttpMethod.Delete, "_emulator/lock"))
        using (var result = await client.GetAsync(receipt.ResponseUrl))
            Assert.Equal(200, (int)result.StatusCode);
        Assert.Single(client.Server.Ledger().Requests);
    }

    [Fact]
    public async Task A_lock_may_have_another_reason()
    {
        await using var client = await EmulatorClient.StartAsync();
        client.Server.Lock("TOP_UP");
        using var reply = await client.PostAsync(EmulatorClient.Endpoint, "{}");
        await EmulatorClient.AssertDetailAsync(reply, 403, "User is locked. Reason: TOP_UP.");
        client.Server.Unlock();
        await client.SubmitAsync();
    }
}
