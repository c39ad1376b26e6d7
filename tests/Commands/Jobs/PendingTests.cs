using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Jobs;

/// <summary>Get-KlingLipSyncJob -Pending: what has to be collected, in the order in which it has to be.</summary>
public sealed class PendingTests
{
    [Fact]
    public async Task What_has_to_be_collected_soonest_comes_first()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(4);
        shell["clips"] = clips;
        (await shell.RunAsync("""
            $two = Invoke-KlingLipSync $clips[0] -ResultExpiry 7200 -Tag red
            $one = Invoke-KlingLipSync $clips[1] -ResultExpiry 3600
            $three = Invoke-KlingLipSync $clips[2] -ResultExpiry 10800 -Tag red
            $saved = Invoke-KlingLipSync $clips[3] -Destination $out -Tag red
            """)).Clean();

        async Task<string[]> Names(string filter) =>
            [.. (await shell.RunAsync("Get-KlingLipSyncJob -Pending " + filter)).Clean().Select(j => Path.GetFileNameWithoutExtension(j.Text("VideoPath"))!)];

        Assert.Equal(["clip2", "clip1", "clip3"], await Names(""));
        Assert.Equal(["clip2", "clip1", "clip3"], await Names("-Local"));

        // The newest of them, which is not the one that comes last to be collected by rule.
        Assert.Equal(["clip3"], await Names("-Newest 1"));
        Assert.Equal(["clip2", "clip3"], await Names("-Newest 2"));
        Assert.Equal(["clip1", "clip3"], await Names("-Tag RED"));
        Assert.Equal(["clip1"], await Names("-RunId $two.RunId"));
        Assert.Empty(await Names("-RunId $two.RunId -Tag blue"));
        Assert.Empty(await Names("-RunId $saved.RunId"));
        Assert.Equal(["clip2", "clip1", "clip3"], await Names("| Where-Object CollectBefore"));
    }

    [Fact]
    public async Task The_order_is_that_of_the_look_at_fal()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 1, RunTime = TimeSpan.FromSeconds(3) });
        shell["clips"] = shell.Folder.Pairs(2);
        (await shell.RunAsync("$first = Invoke-KlingLipSync $clips[0] -NoWait; $second = Invoke-KlingLipSync $clips[1] -NoWait")).Clean();
        await Until.True(() => shell.Emulator.Ledger().Requests.Any(r => r.State == "COMPLETED"), "the end of the first");

        var seen = (await shell.RunAsync("Get-KlingLipSyncJob -Pending")).Clean();

        // The one that has ended can wait for days now.
        Assert.Equal(["Running", "Completed"], seen.Select(j => j.State()));
        Assert.True((DateTimeOffset)seen[0].Get("CollectBefore")! < (DateTimeOffset)seen[1].Get("CollectBefore")!);
    }
}
