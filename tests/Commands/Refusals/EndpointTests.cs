using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Refusals;

/// <summary>An endpoint that is none, that nobody answers at, or where someone else answers.</summary>
public sealed class EndpointTests
{
    [Theory]
    [InlineData("http://example.com")]
    [InlineData("http://10.0.0.1:7070")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("not an address")]
    [InlineData("https://example.com/?key=1")]
    public async Task One_that_may_not_be_used_is_refused_at_once(string endpoint)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["endpoint"] = endpoint;

        foreach (var script in new[] { "Invoke-KlingLipSync $clip -Endpoint $endpoint", "Connect-KlingLipSync -Endpoint $endpoint" })
        {
            var error = (await shell.RunAsync(script)).OneError("EndpointInvalid", ErrorCategory.InvalidArgument);

            Assert.Equal(endpoint, error.TargetObject);
        }
    }

    [Fact]
    public async Task One_that_nobody_answers_at_is_one_error_with_all_that_was_not_sent()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        string[] clips = [shell.Folder.Pair("one.mp4"), shell.Folder.Pair("two.mp4")];
        shell["clips"] = clips;
        shell["endpoint"] = Deserted();

        var run = await shell.RunAsync("$clips | Invoke-KlingLipSync -Endpoint $endpoint -Destination $out");

        var error = run.OneError("EndpointUnreachable", ErrorCategory.ConnectionError);
        Assert.Equal(clips, error.Targets().Select(t => t.Text("VideoPath")).Order());
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task One_that_nobody_answers_at_cannot_be_connected_to()
    {
        using var session = new ModuleSession();
        session["key"] = ModuleSession.Secure("demo:demo");
        session["endpoint"] = Deserted();

        var run = await session.RunAsync("Connect-KlingLipSync -Endpoint $endpoint -ApiKey $key");

        run.OneError("EndpointUnreachable", ErrorCategory.ConnectionError);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_page_in_fals_place_is_told_from_fal()
    {
        await using var page = WebPage.Html();
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("one.mp4");
        shell["clip"] = clip;
        shell["endpoint"] = page.Url.ToString();

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -Endpoint $endpoint");
        Assert.Equal(clip, Assert.Single(run.OneError("EndpointNotFal", ErrorCategory.ProtocolError).Targets()).Text("VideoPath"));

        var connect = await shell.RunAsync("Connect-KlingLipSync -Endpoint $endpoint -ApiKey $key");
        connect.OneError("EndpointNotFal", ErrorCategory.ProtocolError);
    }

    [Fact]
    public async Task What_was_refused_there_is_done_by_the_same_command_at_the_right_place()
    {
        await using var page = WebPage.Html();
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["endpoint"] = page.Url.ToString();
        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -Endpoint $endpoint")).OneError("EndpointNotFal", ErrorCategory.ProtocolError);

        shell.Emulator.AssertOutputs([(await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne()]);
    }

    /// <summary>An address where a listener was and no one is any more.</summary>
    private static string Deserted()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
