using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

public class FalEndpointTests
{
    [Fact]
    public void The_real_hosts_are_called_fal()
    {
        var endpoint = FalEndpoint.FromHosts(null, " ");

        Assert.Equal("fal", endpoint.Name);
        Assert.False(endpoint.IsLoopback);
        Assert.Equal("https://queue.fal.run/", endpoint.Queue.AbsoluteUri);
        Assert.Equal("https://fal.run/", endpoint.Run.AbsoluteUri);
        Assert.Equal("https://rest.fal.ai/", endpoint.Rest.AbsoluteUri);
        Assert.Equal("https://v3.fal.media/", endpoint.Cdn.AbsoluteUri);
        Assert.Equal("https://api.fal.ai/v1/", endpoint.Api.AbsoluteUri);
    }

    [Theory]
    [InlineData("run.example", null, "run.example", "https://queue.run.example/")]
    [InlineData("fal.run", "q.example", "fal.run,q.example", "https://q.example/")]
    [InlineData(null, "queue.falrun.com", "fal.run,queue.falrun.com", "https://queue.falrun.com/")]
    public void Host_names_from_the_environment_take_the_place_of_two_hosts(string? run, string? queue, string name, string queueBase)
    {
        var endpoint = FalEndpoint.FromHosts(run, queue);

        Assert.Equal(name, endpoint.Name);
        Assert.Equal(queueBase, endpoint.Queue.AbsoluteUri);
    }

    [Theory]
    [InlineData("http://run.example")]
    [InlineData("run.example/path")]
    [InlineData("user@run.example")]
    public void A_host_name_with_more_than_a_host_is_refused(string host) =>
        Assert.Equal(LipSyncError.EndpointInvalid, Assert.Throws<LipSyncException>(() => FalEndpoint.FromHosts(host, null)).Error);

    [Theory]
    [InlineData("http://127.0.0.1:7070/", "http://127.0.0.1:7070")]
    [InlineData(" http://localhost:7070 ", "http://localhost:7070")]
    [InlineData("http://[::1]:7070", "http://[::1]:7070")]
    [InlineData("https://Gate.Example/fal/", "https://gate.example/fal")]
    public void A_custom_base_stands_for_all_hosts(string url, string name)
    {
        var endpoint = FalEndpoint.Parse(url);

        Assert.Equal(name, endpoint.Name);
        Assert.Equal(name + "/queue/", endpoint.Queue.AbsoluteUri);
        Assert.Equal(name + "/api/v1/", endpoint.Api.AbsoluteUri);
        Assert.Equal(name.StartsWith("http:", StringComparison.Ordinal), endpoint.IsLoopback);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://gate.example")]
    [InlineData("http://10.0.0.1:7070")]
    [InlineData("https://gate.example/?a=b")]
    [InlineData("https://gate.example/#a")]
    [InlineData("https://user:sesame@gate.example/")]
    public void A_base_that_cannot_be_is_refused(string url)
    {
        var refused = Assert.Throws<LipSyncException>(() => FalEndpoint.Parse(url));

        Assert.Equal(LipSyncError.EndpointInvalid, refused.Error);
        Assert.DoesNotContain("sesame", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://queue.fal.run/fal-ai/kling-video/requests/x/status", true)]
    [InlineData("https://queue.falrun.com/fal-ai/kling-video/requests/x", true)]
    [InlineData("http://queue.fal.run/fal-ai/kling-video/requests/x", false)]
    [InlineData("https://queue.fal.run:8443/x", false)]
    [InlineData("https://user@queue.fal.run/x", false)]
    [InlineData("https://queue.fal.run.evil.example/x", false)]
    [InlineData("https://fal.run/x", false)]
    [InlineData("https://evil.example/queue.fal.run", false)]
    public void The_key_goes_to_the_real_queue_only(string url, bool may) =>
        Assert.Equal(may, FalEndpoint.FromHosts(null, null).IsQueueUrl(new Uri(url)));

    [Theory]
    [InlineData("http://127.0.0.1:7070/queue/fal-ai/kling-video/requests/x", true)]
    [InlineData("http://127.0.0.1:7070/cdn/x", false)]
    [InlineData("http://127.0.0.1:7070/queue/../cdn/x", false)]
    [InlineData("http://127.0.0.1:7071/queue/x", false)]
    [InlineData("http://localhost:7070/queue/x", false)]
    [InlineData("https://queue.fal.run/x", false)]
    public void A_custom_base_keeps_its_key_to_itself(string url, bool may) =>
        Assert.Equal(may, FalEndpoint.Parse("http://127.0.0.1:7070").IsQueueUrl(new Uri(url)));

    [Theory]
    [InlineData("https://v3.fal.media/files/x", true, true)]
    [InlineData("https://fal.media/files/x", true, true)]
    [InlineData("https://notfal.media/files/x", false, false)]
    [InlineData("http://v3.fal.media/files/x", false, false)]
    [InlineData("https://storage.googleapis.com/falserverless/x.mp4", true, true)]
    [InlineData("https://storage.googleapis.com/other/x.mp4", true, false)]
    [InlineData("https://evil.example/x.mp4", false, false)]
    public void Files_go_to_and_come_from_fals_own_places(string url, bool storage, bool media)
    {
        var endpoint = FalEndpoint.FromHosts(null, null);

        Assert.Equal(storage, endpoint.IsStorageUrl(new Uri(url)));
        Assert.Equal(media, endpoint.IsMediaUrl(new Uri(url)));
    }

    [Fact]
    public void Request_urls_keep_only_the_apps_part_of_the_endpoint_id()
    {
        var (status, response, cancel) = FalClient.UrlsFor(FalEndpoint.FromHosts(null, null), KlingLipSync.Media.LipSyncModel.EndpointId, "abc-1");

        Assert.Equal("https://queue.fal.run/fal-ai/kling-video/requests/abc-1/status", status.AbsoluteUri);
        Assert.Equal("https://queue.fal.run/fal-ai/kling-video/requests/abc-1", response.AbsoluteUri);
        Assert.Equal("https://queue.fal.run/fal-ai/kling-video/requests/abc-1/cancel", cancel.AbsoluteUri);
        Assert.Throws<ArgumentException>(() => FalClient.UrlsFor(FalEndpoint.FromHosts(null, null), KlingLipSync.Media.LipSyncModel.EndpointId, "../x"));
    }
}
