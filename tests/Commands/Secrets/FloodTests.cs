using System.Collections;
using System.Management.Automation.Language;
using System.Text;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Secrets;

/// <summary>Every command, when all goes well and when it does not, before a server that puts secrets into all it says: none of them comes out.</summary>
public sealed class FloodTests
{
    /// <summary>What each command is made to do: over jobs of all kinds, and so that it fails.</summary>
    private static readonly Dictionary<string, (string Works, string Fails)> Scenes = new()
    {
        ["Connect-KlingLipSync"] = (
            "$key | Connect-KlingLipSync; Connect-KlingLipSync ([pscredential]::new('key-id-0001', $half)); Connect-KlingLipSync -ApiKey @{ KeyId = 'key-id-0001'; KeySecret = $half }",
            "Connect-KlingLipSync -ApiKey $key; Connect-KlingLipSync $half; Connect-KlingLipSync -ApiKey $key -StorePath $damaged/store.db"),
        ["Disconnect-KlingLipSync"] = ("Disconnect-KlingLipSync", "Disconnect-KlingLipSync; Get-KlingLipSyncJob"),
        ["Get-KlingLipSyncBudget"] = ("Set-KlingLipSyncBudget 5 Day; Get-KlingLipSyncBudget", Damaged("Get-KlingLipSyncBudget")),
        ["Get-KlingLipSyncJob"] = ("Get-KlingLipSyncJob", "Get-KlingLipSyncJob nobody; Get-KlingLipSyncJob"),
        ["Get-KlingLipSyncMedia"] = (
            "$files | Get-KlingLipSyncMedia -Pair -Destination $out; Get-KlingLipSyncMedia -VideoUrl $clipUrl -AudioUrl $soundUrl",
            "Get-KlingLipSyncMedia -VideoUrl $clipUrl -Probe; Get-KlingLipSyncMedia $clipUrl"),
        ["Invoke-KlingLipSync"] = (
            "$fresh | Invoke-KlingLipSync -Destination $out -IncludeLog; $fresh | Invoke-KlingLipSync -Destination $again -WhatIf",
            "$fresh | Invoke-KlingLipSync -Destination $again -Timeout 2; Invoke-KlingLipSync -VideoUrl $clipUrl -AudioUrl $soundUrl -Destination $out -Timeout 2; Invoke-KlingLipSync $clipUrl"),
        ["Measure-KlingLipSyncCost"] = ("$files | Measure-KlingLipSyncCost", "Measure-KlingLipSyncCost $clipUrl; Measure-KlingLipSyncCost -VideoUrl $clipUrl -Probe"),
        ["Remove-KlingLipSyncBudget"] = ("Set-KlingLipSyncBudget 5 Day; Remove-KlingLipSyncBudget Day", "Remove-KlingLipSyncBudget Month"),
        ["Remove-KlingLipSyncJob"] = ("Get-KlingLipSyncJob -Local -State Saved | Remove-KlingLipSyncJob", "Get-KlingLipSyncJob -Local | Remove-KlingLipSyncJob -Payload; Remove-KlingLipSyncJob nobody"),
        ["Save-KlingLipSyncResult"] = ("Get-KlingLipSyncJob | Save-KlingLipSyncResult -Destination $again", "Get-KlingLipSyncJob -Local | Save-KlingLipSyncResult -Destination $again/other -NameTemplate '{Id}'"),
        ["Set-KlingLipSyncBudget"] = ("Set-KlingLipSyncBudget 5 Day -PassThru", Damaged("Set-KlingLipSyncBudget 5 Day")),
        ["Stop-KlingLipSyncJob"] = ("Get-KlingLipSyncJob -Local | Stop-KlingLipSyncJob", "Get-KlingLipSyncJob -Local | Stop-KlingLipSyncJob; Stop-KlingLipSyncJob nobody"),
        ["Test-KlingLipSyncMedia"] = ("$files | Test-KlingLipSyncMedia", "Test-KlingLipSyncMedia $clipUrl; Test-KlingLipSyncMedia $damaged/store.db"),
        ["Wait-KlingLipSyncJob"] = ("Get-KlingLipSyncJob -Local | Wait-KlingLipSyncJob -IncludeLog", "Get-KlingLipSyncJob -Local | Wait-KlingLipSyncJob -Timeout 1 -IncludeLog"),
        ["Watch-KlingLipSyncJob"] = ("Get-KlingLipSyncJob -Local | Watch-KlingLipSyncJob -IncludeLog", "Get-KlingLipSyncJob -Local | Watch-KlingLipSyncJob -Timeout 1 -IncludeLog"),
    };

    /// <summary>The commands as the manifest has them, so that a new one is not forgotten here.</summary>
    public static TheoryData<string> Exported
    {
        get
        {
            var table = (Hashtable)((HashtableAst)Parser.ParseFile(ModuleUnderTest.Manifest, out _, out _).Find(a => a is HashtableAst, searchNestedScriptBlocks: false)).SafeGetValue();
            return [.. ((object[])table["CmdletsToExport"]!).Cast<string>()];
        }
    }

    [Theory]
    [MemberData(nameof(Exported))]
    public async Task Nothing_secret_comes_out_of(string command)
    {
        Assert.True(Scenes.TryGetValue(command, out var acts), $"{command} has no scene here: what could leak through it is not looked for.");
        await using var scene = await FloodScene.OpenAsync();
        await scene.FillAsync();

        // While everything fails first: what a failure leaves open is then worked on by the rest.
        foreach (var mood in new[] { GatewayMood.Unauthorized, GatewayMood.Page, GatewayMood.Elsewhere, GatewayMood.Unprocessable })
        {
            scene.Gateway.Mood = mood;
            await scene.RunAsync(acts.Fails);
        }

        scene.Gateway.Mood = GatewayMood.Open;
        await scene.RunAsync(acts.Works);
        await scene.RunAsync(acts.Fails);
        await scene.RunAsync("$PSDefaultParameterValues['*-KlingLipSync*:ApiKey'] = $plain; " + acts.Works);

        AssertHidden(scene);
        AssertNotOnDisk(scene.Folder);
    }

    [Theory]
    [InlineData("Invoke-KlingLipSync")]
    [InlineData("Connect-KlingLipSync")]
    public async Task The_flood_reaches(string command)
    {
        await using var scene = await FloodScene.OpenAsync();
        scene.Gateway.Mood = GatewayMood.Unauthorized;
        await scene.RunAsync(Scenes[command].Fails);

        // Were the leak lost on its way, the search would find nothing whatever the module did.
        Assert.Contains(scene.Texts(), t => t.Contains(Planted.Witness, StringComparison.Ordinal));
        Assert.True(scene.Gateway.Answers > 1);
    }

    [Fact]
    public async Task What_has_to_be_shown_is_shown_in_its_own_place_alone()
    {
        await using var scene = await FloodScene.OpenAsync();
        await scene.FillAsync();

        var run = await scene.RunAsync("Invoke-KlingLipSync -VideoUrl $clipUrl -AudioUrl $soundUrl -Destination $out; Get-KlingLipSyncJob -Local -State Saved");

        var saved = run.Output.Last();
        Assert.EndsWith("?X-Amz-Signature=" + Planted.ResultToken, saved.Text("ResultUrl"));
        var failed = Assert.Single(run.Errors, e => e.FullyQualifiedErrorId.StartsWith("JobFailed", StringComparison.Ordinal));
        Assert.EndsWith("?sig=" + Planted.InputToken, failed.Target().Text("VideoUrl"));
        Assert.DoesNotContain(Planted.InputToken, failed.ToString());
        AssertHidden(scene);
    }

    [Theory]
    [InlineData("HTTP/1.1 2oo {0}\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nBroken header {0}\r\n\r\n")]
    [InlineData("{0}\r\n\r\n")]
    public async Task A_line_that_no_client_can_read_is_kept_with_no_error(string answer)
    {
        await using var scene = await FloodScene.OpenAsync();
        await using var odd = new WebPage(head => string.Format(
            System.Globalization.CultureInfo.InvariantCulture, answer, head.Split("\r\n").First(l => l.StartsWith("Authorization", StringComparison.OrdinalIgnoreCase))));
        scene.Session["odd"] = odd.Url.ToString();

        var run = await scene.RunAsync("Connect-KlingLipSync -Endpoint $odd -ApiKey $key; $fresh | Invoke-KlingLipSync -Endpoint $odd -Destination $out");

        Assert.Equal(2, run.Errors.Count);
        Assert.True(odd.Connections >= 2);
        AssertHidden(scene);
        AssertNotOnDisk(scene.Folder);
    }

    private static string Damaged(string script) =>
        $"Connect-KlingLipSync -StorePath $damaged; {script}; Connect-KlingLipSync -StorePath $store";

    private static void AssertHidden(FloodScene scene)
    {
        var texts = scene.Texts();
        Assert.True(texts.Count > 20);
        foreach (var text in texts)
        {
            Assert.False(Holds(text, Planted.Marker) || text.Contains(Planted.Basic, StringComparison.Ordinal) || Holds(text, Planted.FileToken), "Came out: " + text);

            // A whole URL in a property of its own, and no words around it.
            Assert.False((Holds(text, Planted.ResultToken) || Holds(text, Planted.InputToken)) && !Uri.IsWellFormedUriString(text, UriKind.Absolute), "Came out: " + text);
        }
    }

    private static void AssertNotOnDisk(TestFolder folder)
    {
        var files = Directory.GetFiles(folder.Root, "*", SearchOption.AllDirectories);
        Assert.Contains(files, f => Path.GetFileName(f) == "store.db");
        foreach (var file in files)
        {
            var isStore = file.StartsWith(folder.Store, StringComparison.Ordinal);
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            foreach (var secret in isStore ? [Planted.Marker, Planted.Basic] : new[] { Planted.Marker, Planted.Basic, Planted.ResultToken, Planted.FileToken, Planted.InputToken })
            {
                Assert.True(bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"{file} holds {secret}.");
                Assert.True(bytes.ToArray().AsSpan().IndexOf(Encoding.Unicode.GetBytes(secret)) < 0, $"{file} holds {secret} in UTF-16.");
            }
        }
    }

    private static bool Holds(string text, string secret) => text.Contains(secret, StringComparison.OrdinalIgnoreCase);
}
