using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Secrets;

/// <summary>What stands in the environment was typed by nobody here: none of its secrets is shown.</summary>
[Collection(EnvironmentCollection.Name)]
public sealed class EnvironmentSecretTests
{
    [Theory]
    [InlineData("FAL_KEY", Planted.Key + "\n", null, null)]
    [InlineData("FAL_KEY_ID", Planted.KeyId, "FAL_KEY_SECRET", Planted.Secret)]
    public async Task A_good_key_is_used_and_not_shown(string name, string value, string? otherName, string? otherValue)
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Keys = [Planted.Key] });
        using var folder = new TestFolder();
        using var session = new ModuleSession { ["clip"] = folder.Pair("one.mp4"), ["endpoint"] = emulator.Url.ToString(), ["store"] = folder.Store };
        using var environment = new EnvironmentScope { [name] = value };
        if (otherName is not null)
        {
            environment[otherName] = otherValue;
        }

        var run = await session.RunAsync("Connect-KlingLipSync -Endpoint $endpoint -StorePath $store -Verbose -Debug; Invoke-KlingLipSync $clip -Verbose -Debug -WarningAction Continue");

        Assert.Equal([Planted.KeyId, Planted.KeyId], run.Clean().Select(o => o.Text("KeyId")));
        AssertHidden(run, session);
    }

    [Theory]
    [InlineData("FAL_KEY", Planted.Secret, "ApiKeyMalformed")]
    [InlineData("FAL_KEY", "Key " + Planted.Key, "ApiKeyMalformed")]
    [InlineData("KLINGLIPSYNC_ENDPOINT", "https://ann:" + Planted.Secret + "@x.example", "EndpointInvalid")]
    [InlineData("KLINGLIPSYNC_ENDPOINT", "https://x.example/?token=" + Planted.Secret, "EndpointInvalid")]
    [InlineData("KLINGLIPSYNC_ENDPOINT", "ftp://ann:" + Planted.Secret + "@x.example", "EndpointInvalid")]
    [InlineData("FAL_RUN_HOST", "ann:" + Planted.Secret + "@x.example", "EndpointInvalid")]
    [InlineData("FAL_RUN_HOST", "x.example?token=" + Planted.Secret, "EndpointInvalid")]
    public async Task What_is_refused_is_not_repeated(string name, string value, string id)
    {
        using var session = new ModuleSession();
        using var environment = new EnvironmentScope { ["FAL_KEY"] = "demo:demo", [name] = value };

        var run = await session.RunAsync("Connect-KlingLipSync -Verbose -Debug");

        run.OneError(id, id == "EndpointInvalid" ? ErrorCategory.InvalidArgument : ErrorCategory.AuthenticationError);
        AssertHidden(run, session);
    }

    private static void AssertHidden(CommandRun run, ModuleSession session)
    {
        var texts = ReachableText.Of([run.Output, run.Errors, run.Warnings, run.Verbose, run.Debug, run.Shown, run.Progress, session["Error"]]);
        Assert.NotEmpty(texts);
        Assert.All(texts, t => Assert.DoesNotContain(Planted.Marker, t, StringComparison.OrdinalIgnoreCase));
    }
}
