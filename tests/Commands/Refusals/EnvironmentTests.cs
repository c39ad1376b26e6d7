using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Refusals;

/// <summary>Where key, endpoint and store are looked for when nobody connected.</summary>
[Collection(EnvironmentCollection.Name)]
public sealed class EnvironmentTests
{
    [Theory]
    [InlineData("Invoke-KlingLipSync $clip")]
    [InlineData("Connect-KlingLipSync")]
    [InlineData("Wait-KlingLipSyncJob -Id 1")]
    [InlineData("Save-KlingLipSyncResult -Id 1 -Destination $out")]
    [InlineData("Stop-KlingLipSyncJob -Id 1")]
    public async Task Without_any_key_there_is_one_error(string script)
    {
        using var folder = new TestFolder();
        using var environment = new EnvironmentScope { ["KLINGLIPSYNC_HOME"] = folder.Store };
        using var session = new ModuleSession();
        session["clip"] = folder.Pair("one.mp4");
        session["out"] = folder.Out;

        var error = (await session.RunAsync(script)).OneError("NoApiKey", ErrorCategory.AuthenticationError);

        Assert.Contains("Connect-KlingLipSync", error.ErrorDetails.RecommendedAction);
        Assert.Contains("FAL_KEY", error.ErrorDetails.RecommendedAction);
        Assert.False(Directory.Exists(folder.Store));
    }

    [Fact]
    public async Task Listing_the_store_needs_no_key()
    {
        using var folder = new TestFolder();
        using var environment = new EnvironmentScope { ["KLINGLIPSYNC_HOME"] = folder.Store };
        using var session = new ModuleSession();

        Assert.Empty((await session.RunAsync("Get-KlingLipSyncJob; Get-KlingLipSyncJob -Local")).Clean());
    }

    [Fact]
    public async Task The_environment_alone_is_enough()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Keys = ["env:one", "split:two", "given:three"] });
        using var folder = new TestFolder();
        using var environment = new EnvironmentScope
        {
            ["KLINGLIPSYNC_HOME"] = folder.Store,
            ["KLINGLIPSYNC_ENDPOINT"] = emulator.Url.ToString(),
            ["FAL_KEY_ID"] = " split ",
            ["FAL_KEY_SECRET"] = " two\n",
        };
        using var session = new ModuleSession();
        session["given"] = ModuleSession.Secure("given:three");
        session["clip"] = folder.Pair("one.mp4");
        session["other"] = folder.At("other");

        // The halves, the whole key before them, the connected one before both, the parameter before all.
        Assert.Equal("split", (await session.RunAsync("Invoke-KlingLipSync $clip")).CleanOne().Text("KeyId"));
        environment["FAL_KEY"] = "  env:one\n";
        Assert.Equal("env", (await session.RunAsync("Invoke-KlingLipSync $clip")).CleanOne().Text("KeyId"));
        Assert.True(File.Exists(Path.Combine(folder.Store, "store.db")));

        var connection = (await session.RunAsync("Connect-KlingLipSync -ApiKey $given -StorePath $other")).CleanOne();
        Assert.Equal(("given", folder.At("other")), (connection.Text("KeyId"), connection.Text("StorePath")));
        Assert.Equal("given", (await session.RunAsync("Invoke-KlingLipSync $clip")).CleanOne().Text("KeyId"));
        Assert.True(File.Exists(folder.At("other", "store.db")));

        (await session.RunAsync("Disconnect-KlingLipSync")).Clean();
        Assert.Equal("env", (await session.RunAsync("Invoke-KlingLipSync $clip")).CleanOne().Text("KeyId"));
        Assert.Equal(["env", "given", "split"], emulator.Ledger().Requests.Select(r => r.KeyId).Order());
    }

    [Fact]
    public async Task An_endpoint_of_the_environment_that_is_none_is_named()
    {
        using var folder = new TestFolder();
        using var environment = new EnvironmentScope
        {
            ["KLINGLIPSYNC_HOME"] = folder.Store,
            ["KLINGLIPSYNC_ENDPOINT"] = "http://example.com",
            ["FAL_KEY"] = "env:one",
        };
        using var session = new ModuleSession();
        session["clip"] = folder.Pair("one.mp4");

        var error = (await session.RunAsync("Invoke-KlingLipSync $clip")).OneError("EndpointInvalid", ErrorCategory.InvalidArgument);

        Assert.Contains("example.com", error.Exception.Message);
    }
}
