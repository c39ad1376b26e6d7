using System.Net.Http.Json;
using KlingLipSync.Emulator;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Emulator;

public class RetentionTests
{
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task A_result_is_gone_after_an_hour()
    {
        await using var client = await StartAsync();
        var receipt = await client.SubmitAsync(headers: [("X-Fal-Store-IO", "0")]);
        await client.CompletedAsync(receipt);
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(200, await CodeAsync(client, receipt.ResponseUrl));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(404, await CodeAsync(client, receipt.ResponseUrl));
        Assert.Equal(404, await CodeAsync(client, receipt.StatusUrl));
    }

    [Fact]
    public async Task A_large_one_after_six_minutes()
    {
        await using var client = await StartAsync();
        // The error repeats the input, which makes the body large.
        using var submit = await client.PostAsync(EmulatorClient.Endpoint, $$"""{"note":"{{new string('x', 10_000)}}"}""");
        var receipt = (await submit.Content.ReadFromJsonAsync<EmulatorClient.Receipt>(SnakeCase.Options))!;
        await client.CompletedAsync(receipt);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(422, await CodeAsync(client, receipt.ResponseUrl));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(404, await CodeAsync(client, receipt.ResponseUrl));
    }

    [Fact]
    public async Task With_payload_storage_it_is_kept_for_thirty_days()
    {
        await using var client = await StartAsync();
        var receipt = await client.SubmitAsync(headers: [("X-Fal-Store-IO", "1")]);
        await client.CompletedAsync(receipt);
        clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal(200, await CodeAsync(client, receipt.ResponseUrl));
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(404, await CodeAsync(client, receipt.ResponseUrl));
    }

    [Fact]
    public async Task An_output_lives_as_long_as_the_request_asks()
    {
        await using var client = await StartAsync();
        var receipt = await client.SubmitAsync(headers: [("X-Fal-Object-Lifecycle-Preference", """{"expiration_duration_seconds":3600}""")]);
        await client.CompletedAsync(receipt);
        var url = client.Server.Ledger().Requests.Single().OutputUrl!;
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(200, await DownloadCodeAsync(client, url));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(404, await DownloadCodeAsync(client, url));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("null")]
    public async Task Zero_and_null_mean_without_end(string seconds)
    {
        await using var client = await StartAsync();
        var receipt = await client.SubmitAsync(headers: [("X-Fal-Object-Lifecycle-Preference", $$"""{"expiration_duration_seconds":{{seconds}}}""")]);
        await client.CompletedAsync(receipt);
        clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(200, await DownloadCodeAsync(client, client.Server.Ledger().Requests.Single().OutputUrl!));
    }

    [Fact]
    public async Task The_date_header_follows_the_clock()
    {
        await using var client = await StartAsync();
        clock.Advance(TimeSpan.FromDays(3));
        using var reply = await client.GetAsync("nowhere");
        Assert.Equal(clock.GetUtcNow().ToUnixTimeSeconds(), reply.Headers.Date!.Value.ToUnixTimeSeconds());
    }

    private Task<EmulatorClient> StartAsync() => EmulatorClient.StartAsync(EmulatorOptions.Instant with { Clock = clock });

    private static async Task<int> CodeAsync(EmulatorClient client, string url)
    {
        using var reply = await client.GetAsync(url);
        return (int)reply.StatusCode;
    }

    private static async Task<int> DownloadCodeAsync(EmulatorClient client, string url)
    {
        using var reply = await client.DownloadAsync(url);
        return (int)reply.StatusCode;
    }
}
