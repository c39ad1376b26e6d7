using System.Diagnostics;
using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Completion;

/// <summary>What Tab offers out of the store. It asks nobody else, and leaves the store as it was.</summary>
public sealed class StoreCompletionTests
{
    [Fact]
    public async Task Ids_come_newest_first_and_tell_state_age_price_and_clip()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        var ids = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out -ThrottleLimit 1")).Clean().Select(j => j.Id()).ToList();
        var asked = shell.Emulator.Ledger().Counts;

        foreach (var command in new[] { "Get-KlingLipSyncJob -Id", "Wait-KlingLipSyncJob", "Save-KlingLipSyncResult", "Stop-KlingLipSyncJob", "Remove-KlingLipSyncJob", "Watch-KlingLipSyncJob" })
        {
            var offers = shell.Session.Complete(command + " ");
            Assert.Equal(Enumerable.Reverse(ids), offers.Select(o => o.CompletionText));
            Assert.Matches(@"^Saved, \d+ s old, 0\.07 USD, clip2\.mp4$", offers[0].ToolTip);
        }

        Assert.Equal(ids[0], Assert.Single(shell.Session.Complete($"Get-KlingLipSyncJob {ids[1]}, {ids[0].ToUpperInvariant()}")).CompletionText);
        Assert.Equal(asked, shell.Emulator.Ledger().Counts);
    }

    [Fact]
    public async Task A_request_id_of_fals_is_completed_once_it_is_begun()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        var request = (await shell.RunAsync("Invoke-KlingLipSync $clip")).CleanOne().Text("RequestId")!;

        Assert.Equal(request, Assert.Single(shell.Session.Complete($"Get-KlingLipSyncJob '{request[..8].ToUpperInvariant()}")).CompletionText);
    }

    [Fact]
    public async Task Runs_tags_keys_and_endpoints_are_those_that_the_store_knows()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        var job = (await shell.RunAsync("Invoke-KlingLipSync $clip -Tag monday; Set-KlingLipSyncBudget 3 Day")).CleanOne();

        var run = Assert.Single(shell.Session.Complete("Get-KlingLipSyncJob -RunId "));
        Assert.Equal(job.Text("RunId"), run.CompletionText);
        Assert.Matches(@"^Invoke-KlingLipSync, \d+ s ago, 1 job$", run.ToolTip);
        Assert.Equal(("monday", "1 job"), Told(Assert.Single(shell.Session.Complete("Get-KlingLipSyncJob -Tag MON"))));
        Assert.Equal(("monday", "1 job"), Told(Assert.Single(shell.Session.Complete("Invoke-KlingLipSync -Tag "))));
        Assert.Equal(("demo", "1 request"), Told(Assert.Single(shell.Session.Complete("Get-KlingLipSyncBudget -KeyId "))));
        var endpoint = job.Text("Endpoint");
        Assert.Equal((endpoint, "1 request"), Told(Assert.Single(shell.Session.Complete("Get-KlingLipSyncBudget -Endpoint http"))));
        Assert.Equal((endpoint, "the session's endpoint"), Told(Assert.Single(shell.Session.Complete("Get-KlingLipSyncJob -Endpoint "))));
        Assert.Equal("Day", Assert.Single(shell.Session.Complete("Get-KlingLipSyncBudget D")).CompletionText);
        Assert.Contains(shell.Session.Complete("Get-KlingLipSyncJob -State Saved, Un"), o => o.CompletionText == "Unconfirmed");
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("it's")]
    [InlineData("O‘Hara’s “take”")]
    [InlineData("$home `n \"x\"")]
    [InlineData("[a-b]*?")]
    [InlineData("-Local")]
    [InlineData("a,b;c|d&e(f){g}#h@i")]
    [InlineData("100%_\\")]
    [InlineData("日本 Ünï")]
    public async Task A_tag_of_odd_characters_is_written_so_that_it_finds_its_job(string tag)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["tag"] = tag;
        var job = (await shell.RunAsync("Invoke-KlingLipSync $clip -Tag $tag")).CleanOne();

        var offer = Assert.Single(shell.Session.Complete("Get-KlingLipSyncJob -Local -Tag "));

        Assert.Equal(tag, offer.ListItemText);
        Assert.Equal(job.Id(), (await shell.RunAsync($"Get-KlingLipSyncJob -Local -Tag {offer.CompletionText}")).CleanOne().Id());
        Assert.Equal(offer.CompletionText, Assert.Single(shell.Session.Complete($"Get-KlingLipSyncJob -Local -Tag {offer.CompletionText}")).CompletionText);
    }

    [Fact]
    public async Task Removed_jobs_are_not_offered()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -Tag mine | Remove-KlingLipSyncJob")).Clean();

        Assert.Empty(Values(shell.Session.Complete("Get-KlingLipSyncJob -Id ")));
        Assert.Empty(Values(shell.Session.Complete("Get-KlingLipSyncJob -Tag ")));
        Assert.Empty(Values(shell.Session.Complete("Get-KlingLipSyncJob -RunId ")));
    }

    [Fact]
    public async Task Tab_leaves_every_file_of_the_store_as_it_was()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip -NoWait -Tag mine")).CleanOne();
        await shell.IdleAsync();
        var before = Files(shell.Folder.Store);

        foreach (var line in Lines)
        {
            Assert.NotEmpty(Values(shell.Session.Complete(line)));
        }

        Assert.Equal(before, Files(shell.Folder.Store));
    }

    [Fact]
    public async Task Where_there_is_no_store_Tab_makes_none()
    {
        await using var shell = await LipSyncShell.OpenAsync();

        foreach (var line in Lines.Where(l => !l.Contains("-Endpoint")))
        {
            Assert.Empty(Values(shell.Session.Complete(line)));
        }

        Assert.False(Path.Exists(shell.Folder.Store));
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("foreign")]
    [InlineData("newer")]
    [InlineData("empty")]
    [InlineData("folder")]
    public async Task A_store_that_cannot_be_used_offers_nothing_and_is_left_alone(string what)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip -NoWait -Tag mine")).CleanOne();
        await shell.IdleAsync();
        var path = Path.Combine(shell.Folder.Store, "store.db");
        switch (what)
        {
            case "damaged":
                File.WriteAllText(path, new string('x', 9000));
                break;
            case "foreign":
                StoreReading.Run(shell.Folder.Store, "PRAGMA application_id = 7");
                break;
            case "newer":
                StoreReading.Run(shell.Folder.Store, "PRAGMA user_version = 999");
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            default:
                File.Delete(path);
                Directory.CreateDirectory(path);
                break;
        }

        var before = Files(shell.Folder.Store);

        foreach (var line in Lines.Where(l => !l.Contains("-Endpoint")))
        {
            Assert.Empty(Values(shell.Session.Complete(line)));
        }

        Assert.Equal(before, Files(shell.Folder.Store));
    }

    [Fact]
    public async Task Ten_thousand_jobs_do_not_make_Tab_slow()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip -NoWait")).CleanOne();
        await shell.IdleAsync();
        StoreReading.Run(shell.Folder.Store, """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
            INSERT INTO jobs (id, pair, service, endpoint_id, account, state, run_id, tag, video_path, audio_path, created_at, changed_at)
            SELECT printf('j%015d', i), printf('pair%d', i), service, endpoint_id, account, 'Saved', run_id, printf('tag%d', i % 200), printf('/clips/%d.mp4', i), '/clips/a.wav', created_at + i, created_at + i
            FROM jobs, n
            """);
        shell.Session.Complete("Get-KlingLipSyncJob -Id "); // The first one also loads what it needs.

        // Where every row was read it took seconds; what is far beyond a blink is looked for, on a machine that others use.
        var watch = Stopwatch.StartNew();
        var newest = shell.Session.Complete("Get-KlingLipSyncJob -Id ");
        var one = shell.Session.Complete("Get-KlingLipSyncJob -Id j000000000000042");
        var tags = shell.Session.Complete("Get-KlingLipSyncJob -Tag ");
        watch.Stop();

        Assert.Equal(50, newest.Count);
        Assert.Equal("j000000000010000", newest[0].CompletionText);
        Assert.Equal("j000000000000042", Assert.Single(one).CompletionText);
        Assert.Equal(50, tags.Count);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), $"Three times Tab took {watch.Elapsed}.");
    }

    private static readonly string[] Lines =
    [
        "Get-KlingLipSyncJob -Id ", "Get-KlingLipSyncJob -RunId ", "Get-KlingLipSyncJob -Tag ", "Get-KlingLipSyncBudget -KeyId ",
        "Get-KlingLipSyncBudget -Endpoint ", "Invoke-KlingLipSync -Endpoint ",
    ];

    private static (string?, string) Told(CompletionResult offer) => (offer.CompletionText, offer.ToolTip);

    /// <summary>Where nothing is offered, the engine itself offers files.</summary>
    private static IEnumerable<string> Values(IEnumerable<CompletionResult> offers) =>
        offers.Where(o => o.ResultType == CompletionResultType.ParameterValue).Select(o => o.CompletionText);

    private static string[] Files(string folder) => [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order()
        .Select(f => File.Exists(f) ? $"{f} {File.GetLastWriteTimeUtc(f):O} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}" : f)];
}
