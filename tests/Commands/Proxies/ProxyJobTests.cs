using System.Diagnostics;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Crash;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Proxies;

/// <summary>Whole jobs through a proxy, in processes of their own: only a new process reads the environment's proxy and its certificates.</summary>
public sealed class ProxyJobTests : IAsyncDisposable
{
    private const string Report = "; \"$($job.State)\"; \"$($connection.Proxy)\"";
    private const string Run = "$job = Invoke-KlingLipSync $env:TEST_CLIP -Destination $env:TEST_OUT" + Report;

    private readonly TestFolder folder = new();
    private readonly Scratch scratch = new();
    private SecureFal fal = null!;

    public async ValueTask DisposeAsync()
    {
        await fal.DisposeAsync();
        scratch.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("HTTPS_PROXY")]
    [InlineData("https_proxy")]
    [InlineData("ALL_PROXY")]
    public async Task The_environments_proxy_carries_all_of_a_job_and_sees_only_tunnels(string variable)
    {
        await using var proxy = await OpenAsync();

        Assert.Equal(["Saved", proxy.Url], await OutputAsync("$connection = Connect-KlingLipSync; " + Run, (variable, proxy.Url)));

        AssertWholeJobWentThrough(proxy);
    }

    [Fact]
    public async Task Its_user_and_password_are_those_of_its_url()
    {
        await using var proxy = await OpenAsync("anna:hush@hush");

        var output = await OutputAsync("$connection = Connect-KlingLipSync; " + Run, ("HTTPS_PROXY", proxy.Url.Replace("://", "://anna:hush%40hush@")));

        Assert.Equal(["Saved", proxy.Url], output);
        AssertWholeJobWentThrough(proxy);
    }

    [Fact]
    public async Task So_it_does_in_pwsh()
    {
        await using var proxy = await OpenAsync();
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(f => File.Exists(Path.Combine(f, "pwsh"))), "pwsh is not installed.");
        var start = new ProcessStartInfo("pwsh", ["-NoProfile", "-NonInteractive", "-Command",
            $"Import-Module '{ModuleUnderTest.Manifest}'; $connection = Connect-KlingLipSync; {Run}"]) { RedirectStandardOutput = true };
        foreach (var (name, value) in Variables(("HTTPS_PROXY", proxy.Url)))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();

        Assert.Equal(["Saved", proxy.Url], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        AssertWholeJobWentThrough(proxy);
    }

    [Fact]
    public async Task A_proxy_that_was_given_goes_before_the_environments()
    {
        await using var proxy = await OpenAsync();
        await using var other = new ConnectProxy(fal.Port);

        Assert.Equal(["Saved", proxy.Url], await OutputAsync("$connection = Connect-KlingLipSync -Proxy $env:TEST_PROXY; " + Run,
            ("HTTPS_PROXY", other.Url), ("TEST_PROXY", proxy.Url)));

        AssertWholeJobWentThrough(proxy);
        Assert.Empty(other.Heads);
    }

    [Theory]
    [InlineData("-Proxy $env:TEST_PROXY ", "")]
    [InlineData("", "HTTPS_PROXY")]
    public async Task It_is_told_who_asks_by_a_credential(string parameter, string variable)
    {
        await using var proxy = await OpenAsync("anna:hush@hush");

        var output = await OutputAsync($$"""
            $password = [securestring]::new(); 'hush@hush'.ToCharArray().ForEach({ $password.AppendChar($_) })
            $connection = Connect-KlingLipSync {{parameter}}-ProxyCredential ([pscredential]::new('anna', $password))
            {{Run}}
            """, (variable.Length > 0 ? variable : "TEST_PROXY", proxy.Url));

        Assert.Equal(["Saved", proxy.Url], output);
        AssertWholeJobWentThrough(proxy);
    }

    [Theory]
    [InlineData("", "NO_PROXY", "fal.test")]
    [InlineData(" -NoProxy", "TEST", "")]
    public async Task Past_it_go_the_names_of_NO_PROXY_and_all_with_NoProxy(string parameter, string variable, string value)
    {
        await using var proxy = await OpenAsync();

        // The name is found by a proxy only: to go past it is to find nobody.
        Assert.Equal(["EndpointUnreachable"], await ErrorsAsync("Connect-KlingLipSync" + parameter, ("HTTPS_PROXY", proxy.Url), (variable, value)));

        Assert.Empty(proxy.Heads);
        Assert.Equal(0, fal.Connections);
    }

    [Fact]
    public async Task One_that_wants_to_know_who_asks_stops_spending_before_it_begins()
    {
        await using var proxy = await OpenAsync("anna:hush@hush");

        Assert.Equal(["ProxyRefused"], await ErrorsAsync("Invoke-KlingLipSync $env:TEST_CLIP -Destination $env:TEST_OUT", ("HTTPS_PROXY", proxy.Url)));

        fal.Emulator.AssertNothingSent();
        Assert.Single(proxy.Heads);
        Assert.Equal(0, fal.Connections);
    }

    [Fact]
    public async Task One_that_hangs_up_is_a_broken_connection_and_nothing_is_sent()
    {
        await using var proxy = await OpenAsync();
        proxy.Refusal = -1;

        Assert.Equal(["RequestFailed"], await ErrorsAsync("Invoke-KlingLipSync $env:TEST_CLIP -Destination $env:TEST_OUT", ("HTTPS_PROXY", proxy.Url)));

        fal.Emulator.AssertNothingSent();
    }

    [Fact]
    public async Task One_that_begins_to_refuse_ends_no_job_and_what_was_paid_is_collected_later()
    {
        await using var proxy = await OpenAsync();
        Assert.Equal(["Queued"], await OutputAsync("(Invoke-KlingLipSync $env:TEST_CLIP -NoWait).State", ("HTTPS_PROXY", proxy.Url)));

        proxy.Refusal = 403;
        Assert.Equal(["ProxyRefused"], await ErrorsAsync("Invoke-KlingLipSync $env:TEST_CLIP -Destination $env:TEST_OUT -Timeout 0.5", ("HTTPS_PROXY", proxy.Url)));

        proxy.Refusal = 0;
        Assert.Equal(["Saved"], await OutputAsync("(Invoke-KlingLipSync $env:TEST_CLIP -Destination $env:TEST_OUT).State", ("HTTPS_PROXY", proxy.Url)));
        Assert.Equal(1, fal.Emulator.Accepted());
    }

    private async Task<ConnectProxy> OpenAsync(string? login = null)
    {
        fal = await SecureFal.StartAsync(scratch.Path);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there can a process be told by a variable whom to trust.");
        return new ConnectProxy(fal.Port) { Login = login };
    }

    private void AssertWholeJobWentThrough(ConnectProxy proxy)
    {
        var ledger = fal.Emulator.Ledger();
        Assert.Single(ledger.Requests);
        Assert.All(new[] { EmulatorRoute.Initiate, EmulatorRoute.Put, EmulatorRoute.Submit, EmulatorRoute.Result, EmulatorRoute.Download },
            route => Assert.NotEqual(0, ledger.Hits(route)));
        Assert.All(proxy.Heads, head => Assert.StartsWith($"CONNECT fal.test:{fal.Port} HTTP/1.1", head));
        Assert.All(proxy.Heads, head => Assert.DoesNotContain("demo:demo", head));
        Assert.Equal(proxy.Opened, fal.Connections);
    }

    private async Task<string[]> OutputAsync(string script, params (string Name, string Value)[] variables)
    {
        var (output, errors) = await RunAsync(script, variables);
        Assert.Empty(errors);
        return output;
    }

    private async Task<string[]> ErrorsAsync(string script, params (string Name, string Value)[] variables) =>
        await RunAsync($"try {{ $null = {script} }} catch {{ $_.FullyQualifiedErrorId }}", variables) is var (thrown, written)
            ? [.. thrown.Concat(written).Select(id => id.Split(',')[0])]
            : [];

    private async Task<(string[] Output, string[] Errors)> RunAsync(string script, (string Name, string Value)[] variables)
    {
        using var process = new HostProcess(script, scratch, environment: Variables(variables));
        return await process.ReportAsync();
    }

    private Dictionary<string, string> Variables(params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(v => v.Name, v => v.Value);
        environment["FAL_KEY"] = "demo:demo";
        environment["KLINGLIPSYNC_ENDPOINT"] = fal.Url;
        environment["KLINGLIPSYNC_HOME"] = folder.Store;
        environment["SSL_CERT_FILE"] = fal.AuthorityFile;
        environment["TEST_OUT"] = folder.Out;
        environment["TEST_CLIP"] = File.Exists(folder.At("anna.mp4")) ? folder.At("anna.mp4") : folder.Pair("anna.mp4");
        return environment;
    }
}
