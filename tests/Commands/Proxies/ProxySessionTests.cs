using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Proxies;

/// <summary>The proxy of a session: whose it is, and what may be given together.</summary>
public sealed class ProxySessionTests
{
    [Fact]
    public async Task It_is_that_of_one_runspace_until_it_disconnects()
    {
        await using var proxy = new ConnectProxy(target: 9) { Refusal = 403 };
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        using var folder = new TestFolder();
        using var session = Session(proxy);
        using var other = Session(proxy);
        foreach (var each in new[] { session, other })
        {
            each["local"] = emulator.Url.ToString();
            each["store"] = folder.Store;
            each["clip"] = folder.Pair($"{Guid.NewGuid():N}.mp4");
        }

        Assert.Null((await session.RunAsync("Connect-KlingLipSync -Endpoint $local -ApiKey $key -StorePath $store -Proxy $proxy")).CleanOne().Properties["Proxy"].Value);
        (await other.RunAsync("Connect-KlingLipSync -Endpoint $local -ApiKey $key -StorePath $store")).CleanOne();
        Assert.Empty(proxy.Heads);

        const string send = "Invoke-KlingLipSync $clip -Endpoint $far -ApiKey $key";
        (await session.RunAsync(send)).OneError("ProxyRefused", ErrorCategory.PermissionDenied);
        (await other.RunAsync(send)).OneError("EndpointUnreachable", ErrorCategory.ConnectionError);
        (await session.RunAsync("Disconnect-KlingLipSync; Connect-KlingLipSync -Endpoint $local -ApiKey $key -StorePath $store")).CleanOne();
        (await session.RunAsync(send)).OneError("EndpointUnreachable", ErrorCategory.ConnectionError);
        Assert.Equal("CONNECT fal.test:443 HTTP/1.1", Assert.Single(proxy.Heads).Split("\r\n")[0]);
    }

    [Fact]
    public async Task An_endpoint_on_this_machine_never_takes_it()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        await using var proxy = new ConnectProxy(emulator.Url.Port);
        using var folder = new TestFolder();
        using var session = Session(proxy);
        session["local"] = emulator.Url.ToString();
        session["store"] = folder.Store;
        session["clip"] = folder.Pair("anna.mp4");
        session["out"] = folder.Out;

        var job = (await session.RunAsync("$null = Connect-KlingLipSync -Endpoint $local -ApiKey $key -Proxy $proxy -StorePath $store; Invoke-KlingLipSync $clip -Destination $out")).CleanOne();

        Assert.Equal("Saved", job.State());
        Assert.Empty(proxy.Heads);
    }

    [Theory]
    [InlineData("-Proxy ftp://proxy.test")]
    [InlineData("-Proxy proxy.test:3128")]
    [InlineData("-Proxy $proxy -ProxyCredential $login -ProxyUseDefaultCredentials")]
    public async Task What_cannot_be_meant_is_refused_before_anything_is_asked(string parameters)
    {
        await using var proxy = new ConnectProxy(target: 9);
        using var session = Session(proxy);
        session["login"] = new PSCredential("anna", ModuleSession.Secure("hush"));

        (await session.RunAsync($"Connect-KlingLipSync -Endpoint $far -ApiKey $key {parameters}")).OneError("ProxyInvalid", ErrorCategory.InvalidArgument);

        Assert.Empty(proxy.Heads);
    }

    [Fact]
    public async Task A_proxy_and_none_do_not_go_together()
    {
        await using var proxy = new ConnectProxy(target: 9);
        using var session = Session(proxy);

        var run = await session.RunAsync("Connect-KlingLipSync -Endpoint $far -ApiKey $key -Proxy $proxy -NoProxy");

        Assert.IsAssignableFrom<ParameterBindingException>(run.Thrown ?? run.Errors[0].Exception);
    }

    [Fact]
    public async Task A_password_in_its_url_is_shown_nowhere()
    {
        await using var proxy = new ConnectProxy(target: 9) { Refusal = 407 };
        using var session = Session(proxy);
        session["proxy"] = proxy.Url.Replace("://", "://anna:hushhush@");

        var run = await session.RunAsync("$VerbosePreference = $DebugPreference = 'Continue'; Connect-KlingLipSync -Endpoint $far -ApiKey $key -Proxy $proxy");

        var error = run.OneError("ProxyRefused", ErrorCategory.PermissionDenied);
        Assert.DoesNotContain("hushhush", $"{error} {error.ErrorDetails} {error.Exception} {error.TargetObject} {string.Join(' ', run.Verbose)} {string.Join(' ', run.Debug)}");
    }

    private static ModuleSession Session(ConnectProxy proxy) => new()
    {
        ["key"] = ModuleSession.Secure("demo:demo"),
        ["far"] = "https://fal.test",
        ["proxy"] = proxy.Url,
    };
}
