using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Refusals;

/// <summary>A key that fal does not know, or that is none.</summary>
public sealed class KeyTests
{
    [Fact]
    public async Task A_wrong_key_is_refused_when_connecting()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        using var session = new ModuleSession();
        session["endpoint"] = emulator.Url.ToString();
        session["key"] = ModuleSession.Secure("nobody:knows");

        var run = await session.RunAsync("Connect-KlingLipSync -Endpoint $endpoint -ApiKey $key");

        run.OneError("ApiKeyRejected", ErrorCategory.AuthenticationError);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_wrong_key_stops_all_spending_with_one_error_that_holds_the_inputs()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(3);
        shell["files"] = Piped.Files(clips);
        shell["wrong"] = ModuleSession.Secure("nobody:knows");

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out -ApiKey $wrong");

        var error = run.OneError("SpendingStopped", ErrorCategory.AuthenticationError);
        var unsent = Assert.IsType<object[]>(((System.Collections.IEnumerable)error.TargetObject).Cast<object>().ToArray());
        Assert.Equal(clips, unsent.Select(i => PSObject.AsPSObject(i).Text("VideoPath")).Order());
        Assert.Empty(run.Output);
        Assert.Equal(0, shell.Emulator.Accepted());

        // With the right key the very same inputs go through.
        shell["unsent"] = error.TargetObject;
        shell.Emulator.AssertOutputs((await shell.RunAsync("$unsent | Invoke-KlingLipSync")).Clean());
        Assert.Equal(3, shell.Emulator.Accepted());
    }

    [Theory]
    [InlineData("nocolon")]
    [InlineData("id:with space")]
    [InlineData(":secret")]
    [InlineData("id:")]
    public async Task Text_that_is_no_key_is_refused_before_anything_is_asked(string text)
    {
        await using var trap = WebPage.Html();
        using var folder = new TestFolder();
        using var session = new ModuleSession();
        session["clip"] = folder.Pair("one.mp4");
        session["endpoint"] = trap.Url.ToString();
        session["key"] = ModuleSession.Secure(text);

        var run = await session.RunAsync("Invoke-KlingLipSync $clip -Endpoint $endpoint -ApiKey $key");

        run.OneError("ApiKeyMalformed", ErrorCategory.AuthenticationError);
        Assert.Equal(0, trap.Connections);
    }
}
