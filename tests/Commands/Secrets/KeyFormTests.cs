using System.Management.Automation;
using System.Text;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Secrets;

/// <summary>A key is taken in every form that keeps it off the command line, and in no other.</summary>
public sealed class KeyFormTests
{
    [Theory]
    [InlineData("Connect-KlingLipSync -ApiKey $whole")]
    [InlineData("Connect-KlingLipSync $whole")]
    [InlineData("$whole | Connect-KlingLipSync")]
    [InlineData("Connect-KlingLipSync -ApiKey $spaced")]
    [InlineData("Connect-KlingLipSync -ApiKey ([pscredential]::new('key-id-0001', $half))")]
    [InlineData("Connect-KlingLipSync -ApiKey ([pscredential]::new(' key-id-0001 ', $spacedHalf))")]
    [InlineData("Connect-KlingLipSync -ApiKey ([pscredential]::new('fal', $whole))")]
    [InlineData("[pscredential]::new('key-id-0001', $half) | Connect-KlingLipSync")]
    [InlineData("Connect-KlingLipSync -ApiKey @{ KeyId = 'key-id-0001'; KeySecret = $half }")]
    [InlineData("Connect-KlingLipSync -ApiKey @{ keyid = $id; keysecret = $half }")]
    [InlineData("@{ KeyId = 'key-id-0001'; KeySecret = $half } | Connect-KlingLipSync")]
    [InlineData("$given = @{ ApiKey = [pscredential]::new('key-id-0001', $half) }; Connect-KlingLipSync @given")]
    [InlineData("$PSDefaultParameterValues['*-KlingLipSync:ApiKey'] = $whole; Connect-KlingLipSync")]
    public async Task Taken_is(string script)
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Keys = [Planted.Key] });
        using var folder = new TestFolder();
        using var session = Session(emulator.Url, folder);

        var connection = (await session.RunAsync(script)).CleanOne();

        Assert.Equal(Planted.KeyId, connection.Text("KeyId"));
        session["clip"] = folder.Pair("one.mp4");
        Assert.Equal("Completed", (await session.RunAsync("Invoke-KlingLipSync $clip")).CleanOne().State());
    }

    [Theory]
    [InlineData("Connect-KlingLipSync -ApiKey $plain")]
    [InlineData("Connect-KlingLipSync $plain")]
    [InlineData("$plain | Connect-KlingLipSync")]
    [InlineData("Connect-KlingLipSync -ApiKey $plain, $plain")]
    [InlineData("Connect-KlingLipSync -ApiKey $bytes")]
    [InlineData("Connect-KlingLipSync -ApiKey ([pscustomobject]@{ KeyId = 'key-id-0001'; KeySecret = $half })")]
    [InlineData("Connect-KlingLipSync -ApiKey @{ KeyId = 'key-id-0001'; KeySecret = $plain }")]
    [InlineData("Connect-KlingLipSync -ApiKey @{ FAL_KEY = $plain }")]
    [InlineData("$given = @{ ApiKey = $plain }; Connect-KlingLipSync @given")]
    [InlineData("$PSDefaultParameterValues['*-KlingLipSync*:ApiKey'] = $plain; Connect-KlingLipSync")]
    [InlineData("Invoke-KlingLipSync $clip -ApiKey $plain")]
    [InlineData("Invoke-KlingLipSync $clip -ApiKey $plain -WhatIf")]
    [InlineData("Get-KlingLipSyncJob -Local -ApiKey $plain")]
    [InlineData("Set-KlingLipSyncBudget 5 Day -ApiKey $plain")]
    public async Task Refused_without_being_repeated_is(string script)
    {
        await using var trap = WebPage.Html();
        using var folder = new TestFolder();
        using var session = Session(trap.Url, folder);
        session["clip"] = folder.Pair("one.mp4");

        var run = await session.RunAsync("$VerbosePreference = $DebugPreference = 'Continue'\n" + script);

        var error = run.OneError("ApiKeyMalformed", ErrorCategory.AuthenticationError);
        Assert.Contains("ConvertTo-SecureString", error.ErrorDetails.RecommendedAction);
        Assert.Contains("SecureString", error.Exception.Message);
        Assert.Equal(0, trap.Connections);
        var shown = ReachableText.Of([error, run.Errors, run.Warnings, run.Verbose, run.Debug, run.Shown, session["Error"]]);
        Assert.All(shown, t => Assert.DoesNotContain(Planted.Secret, t));
        Assert.DoesNotContain(Planted.Secret, PSSerializer.Serialize(error, 4));
    }

    [Theory]
    [InlineData("$plain", "as plain text", true)]
    [InlineData("$bytes", "as plain text", true)]
    [InlineData("@{ KeyId = 'key-id-0001'; KeySecret = $plain }", "in a table whose KeySecret is plain text", true)]
    [InlineData("42", "as an object of the type Int32", false)]
    [InlineData("($half, $half)", "as an array", false)]
    [InlineData("@{ Key = $whole }", "in a table without a KeyId and a KeySecret", false)]
    [InlineData("([pscredential]::Empty)", "as an empty credential", false)]
    public async Task The_refusal_says_what_came_and_what_is_taken(string key, string how, bool isText)
    {
        using var folder = new TestFolder();
        using var session = Session(new Uri("http://127.0.0.1:1"), folder);

        var error = (await session.RunAsync($"Connect-KlingLipSync -ApiKey {key}")).OneError("ApiKeyMalformed", ErrorCategory.AuthenticationError);

        Assert.Contains($"was given {how}, which is not taken{(isText ? ": it would end up in histories" : ". Give a SecureString")}", error.Exception.Message);
        Assert.Contains("or a table with KeyId", error.Exception.Message);
    }

    [Fact]
    public async Task No_warning_or_verbose_record_carries_the_key_that_its_command_was_given()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Keys = [Planted.Key] });
        using var folder = new TestFolder();
        using var session = Session(emulator.Url, folder);
        session["clip"] = folder.Pair("one.mp4");
        session["other"] = ModuleSession.Secure("other-id:" + Planted.Secret);

        // A budget that was not carried over to a new key is a warning.
        var run = await session.RunAsync("""
            Connect-KlingLipSync -ApiKey $whole | Out-Null
            Set-KlingLipSyncBudget 5 Day -ApiKey $other
            Invoke-KlingLipSync $clip -ApiKey $whole -Verbose *>&1
            """);

        Assert.Empty(run.Errors);
        var records = run.Output.Select(o => o.BaseObject).OfType<InformationalRecord>().ToList();
        Assert.Contains(records, r => r is WarningRecord);
        Assert.Contains(records, r => r is VerboseRecord);
        Assert.All(records, r => Assert.Contains("Path", r.InvocationInfo.BoundParameters.Keys));
        Assert.All(records, r => Assert.DoesNotContain("ApiKey", r.InvocationInfo.BoundParameters.Keys));
    }

    [Fact]
    public async Task No_error_of_a_command_carries_the_key_that_it_was_given()
    {
        await using var emulator = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { Keys = [Planted.Key] });
        using var folder = new TestFolder();
        using var session = Session(emulator.Url, folder);
        session["other"] = ModuleSession.Secure("other-id:" + Planted.Secret);

        var run = await session.RunAsync("""
            Connect-KlingLipSync -ApiKey $other
            Get-KlingLipSyncJob nobody -ApiKey $whole
            Stop-KlingLipSyncJob nobody -ApiKey ([pscredential]::new('key-id-0001', $half))
            """);

        Assert.Equal(3, run.Errors.Count);

        // Off Windows an exported SecureString is its characters in hexadecimal.
        var hex = Convert.ToHexStringLower(Encoding.Unicode.GetBytes(Planted.Secret));
        Assert.Contains(hex, PSSerializer.Serialize(session["whole"], 4));
        Assert.All(run.Errors, e => Assert.DoesNotContain(hex, PSSerializer.Serialize(e, 4)));
    }

    private static ModuleSession Session(Uri endpoint, TestFolder folder)
    {
        var session = new ModuleSession
        {
            ["plain"] = Planted.Key,
            ["bytes"] = Encoding.UTF8.GetBytes(Planted.Key),
            ["whole"] = ModuleSession.Secure(Planted.Key),
            ["spaced"] = ModuleSession.Secure($"  {Planted.Key}\r\n"),
            ["half"] = ModuleSession.Secure(Planted.Secret),
            ["spacedHalf"] = ModuleSession.Secure($" {Planted.Secret}\n"),
            ["id"] = ModuleSession.Secure(Planted.KeyId),
        };

        // Not by the environment, which the whole process shares.
        session["PSDefaultParameterValues"] = new DefaultParameterDictionary
        {
            ["Connect-KlingLipSync:Endpoint"] = endpoint.ToString(),
            ["Invoke-KlingLipSync:Endpoint"] = endpoint.ToString(),
            ["Connect-KlingLipSync:StorePath"] = folder.Store,
        };
        return session;
    }
}
