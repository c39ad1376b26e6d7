using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Jobs;

/// <summary>Connect- and Disconnect-KlingLipSync: each session for itself, and nothing spent.</summary>
public sealed class ConnectTests
{
    [Fact]
    public async Task A_connection_shows_all_but_the_secret_and_costs_nothing()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Keys = ["my-id:my-hidden-half"] });
        using var folder = new TestFolder();
        using var session = new ModuleSession();
        session["endpoint"] = emulator.Url.ToString();
        session["key"] = ModuleSession.Secure("  my-id:my-hidden-half\n");
        session["store"] = folder.Store;

        var connection = (await session.RunAsync("Connect-KlingLipSync -Endpoint $endpoint -ApiKey $key -StorePath $store")).CleanOne();

        Assert.Equal(emulator.Url.ToString().TrimEnd('/'), connection.Text("Endpoint"));
        Assert.Equal("my-id", connection.Text("KeyId"));
        Assert.Equal(folder.Store, connection.Text("StorePath"));
        Assert.DoesNotContain("my-hidden-half", connection.ToString());
        Assert.All(connection.Properties, p => Assert.DoesNotContain("my-hidden-half", p.Value?.ToString() ?? ""));
        emulator.AssertNothingSent();
        Assert.False(Directory.Exists(folder.Store));
    }

    [Fact]
    public async Task A_session_does_not_see_the_connection_of_another()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        using var other = new ModuleSession();
        other["clip"] = shell.Folder.Pair("one.mp4");

        var error = Assert.Single((await other.RunAsync("Invoke-KlingLipSync $clip")).Errors);

        Assert.StartsWith("NoApiKey", error.FullyQualifiedErrorId);
    }

    [Fact]
    public async Task Disconnecting_forgets_and_may_be_done_twice()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");

        Assert.Empty((await shell.RunAsync("Disconnect-KlingLipSync; Disconnect-KlingLipSync")).Clean());

        Assert.StartsWith("NoApiKey", Assert.Single((await shell.RunAsync("Invoke-KlingLipSync $clip")).Errors).FullyQualifiedErrorId);
        shell.Emulator.AssertNothingSent();
    }

    [Fact]
    public async Task A_refused_key_does_not_replace_the_connected_one()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["wrong"] = ModuleSession.Secure("nobody:knows");
        shell["clip"] = shell.Folder.Pair("one.mp4");

        Assert.StartsWith("ApiKeyRejected", Assert.Single((await shell.RunAsync("Connect-KlingLipSync -ApiKey $wrong")).Errors).FullyQualifiedErrorId);

        (await shell.RunAsync("Invoke-KlingLipSync $clip")).CleanOne();
    }
}
