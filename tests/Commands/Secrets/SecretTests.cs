using System.Management.Automation;
using System.Text;
using System.Text.RegularExpressions;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Secrets;

/// <summary>The secret half of a key is in no stream, no error, no object and no file, whatever goes wrong.</summary>
public sealed partial class SecretTests
{
    private const string Secret = "pl4nted-S3cret-h4lf", Key = "planted-id:" + Secret;

    private const string Loud = """
        $VerbosePreference = $DebugPreference = $InformationPreference = $WarningPreference = 'Continue'

        """;

    [Fact]
    public async Task Of_a_batch_of_which_some_succeed_and_some_fail()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Keys = [Key] });
        using var folder = new TestFolder();
        using var session = await Connected(emulator.Url, folder);
        session["files"] = Piped.Files(
            [folder.Pair("good.mp4"), folder.Pair("noface.mp4"), folder.Clip("alone.mp4"), folder.Text("no film", "bad.mp4"), folder.Pair("lost.mp4")]);
        emulator.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetAfterAccept), new Fault(EmulatorRoute.History, FaultKind.Status) { Times = 0 });

        var run = await session.RunAsync(Loud + """
            $files | Invoke-KlingLipSync -Destination $out -ThrottleLimit 1 -Verbose -Debug
            Get-KlingLipSyncJob -Verbose -Debug
            Get-KlingLipSyncJob | Wait-KlingLipSyncJob -Verbose -Debug
            Get-KlingLipSyncJob -State Saved | Stop-KlingLipSyncJob -Verbose -Debug
            Get-KlingLipSyncJob -State Saved | Save-KlingLipSyncResult -Destination $out -Verbose -Debug
            """);

        Assert.Contains(run.Output, o => o.Properties["State"]?.Value?.ToString() == "Saved");
        Assert.True(run.Errors.Count >= 4);
        AssertHidden(run, session);
        AssertNotOnDisk(folder);
    }

    [Theory]
    [InlineData(401, "application/json")]
    [InlineData(403, "application/json")]
    [InlineData(422, "application/json")]
    [InlineData(401, "text/html")]
    [InlineData(200, "text/html")]
    public async Task Of_a_server_that_repeats_what_it_was_told(int status, string type)
    {
        await using var echo = new WebPage(head => WebPage.Answer(status, type, type == "text/html"
            ? $"<!doctype html><p>You sent {Authorization().Match(head).Value}</p>"
            : $$"""{"detail":"You sent {{Authorization().Match(head).Value}}","request_id":"{{Secret}}","error_type":"{{Secret}}"}"""));
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Keys = [Key] });
        using var folder = new TestFolder();
        using var session = await Connected(emulator.Url, folder);
        session["clip"] = folder.Pair("one.mp4");
        session["echo"] = echo.Url.ToString();

        var run = await session.RunAsync(Loud + """
            Invoke-KlingLipSync $clip -Destination $out -Endpoint $echo -Verbose -Debug
            Connect-KlingLipSync -Endpoint $echo -Verbose -Debug
            """);

        Assert.Equal(2, run.Errors.Count);
        Assert.True(echo.Connections >= 2);
        AssertHidden(run, session);
        AssertNotOnDisk(folder);
    }

    [Fact]
    public async Task Of_text_that_is_no_key()
    {
        using var session = new ModuleSession();
        session["key"] = ModuleSession.Secure(Secret);

        var run = await session.RunAsync(Loud + "Connect-KlingLipSync -ApiKey $key -Verbose -Debug");

        Assert.StartsWith("ApiKeyMalformed", Assert.Single(run.Errors).FullyQualifiedErrorId);
        AssertHidden(run, session);
    }

    /// <summary>The search itself: were it blind, all the others would say nothing.</summary>
    [Fact]
    public void A_secret_deep_inside_an_error_is_found()
    {
        var inner = new InvalidOperationException("outer", new InvalidDataException("inner " + Secret));

        Assert.Contains(ReachableText.Of([new ErrorRecord(inner, "Id", ErrorCategory.NotSpecified, null)]), t => t.Contains(Secret));
        Assert.Contains(ReachableText.Of([new ErrorRecord(new IOException("x"), "Id", ErrorCategory.NotSpecified, new[] { new { Deep = Secret } })]), t => t.Contains(Secret));
    }

    private static async Task<ModuleSession> Connected(Uri endpoint, TestFolder folder)
    {
        var session = new ModuleSession();
        await session.ConnectAsync(endpoint, folder.Store, Key);
        session["out"] = folder.Out;
        return session;
    }

    private static void AssertHidden(CommandRun run, ModuleSession session)
    {
        var roots = run.Output.Cast<object?>()
            .Concat(run.Errors)
            .Concat(run.Information)
            .Concat(run.Progress)
            .Concat([run.Warnings, run.Verbose, run.Debug, run.Shown, session["Error"]]);
        var texts = ReachableText.Of(roots);
        Assert.True(texts.Count > 20);
        Assert.All(texts, t => Assert.DoesNotContain(Secret, t, StringComparison.OrdinalIgnoreCase));
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(Key));
        Assert.All(texts, t => Assert.DoesNotContain(basic, t));
    }

    private static void AssertNotOnDisk(TestFolder folder)
    {
        var files = Directory.GetFiles(folder.Root, "*", SearchOption.AllDirectories);
        Assert.Contains(files, f => Path.GetFileName(f) == "store.db");
        foreach (var file in files)
        {
            Assert.DoesNotContain(Secret, file);
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            Assert.True(bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) < 0, $"{file} holds the secret.");
        }
    }

    [GeneratedRegex("Authorization:[^\r]*", RegexOptions.IgnoreCase)]
    private static partial Regex Authorization();
}
