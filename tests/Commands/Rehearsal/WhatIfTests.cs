using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Rehearsal;

/// <summary>-WhatIf looks at everything and touches nothing: no request, no store, no folder.</summary>
public sealed class WhatIfTests
{
    [Theory]
    [InlineData("$files | Invoke-KlingLipSync -WhatIf -Destination $out -Endpoint $url -ApiKey $key")]
    [InlineData("$WhatIfPreference = $true; $files | Invoke-KlingLipSync -Destination $out -Endpoint $url -ApiKey $key")]
    [InlineData("$files | Invoke-KlingLipSync -WhatIf -Force -NoWait -Endpoint $url -ApiKey $key -Confirm:$false")]
    public async Task Nothing_is_sent_and_nothing_is_made(string script)
    {
        await using var trap = WebPage.Html();
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        shell["files"] = Piped.Files([.. clips, shell.Folder.Text("no clip", "clips", "bad.mp4")]);
        shell["url"] = trap.Url.ToString();

        var run = await shell.RunAsync(script);

        Assert.Equal(0, trap.Connections);
        Assert.Empty(run.Output);
        Assert.False(Directory.Exists(shell.Folder.Store));
        Assert.False(Directory.Exists(shell.Folder.Out));
        Assert.False(Path.Exists(Surroundings.NoStore));

        // What would have been refused is refused now; what would have been paid is shown with its price.
        Assert.Equal("MediaUnfit", Assert.Single(run.Errors).FullyQualifiedErrorId.Split(',')[0]);
        var shown = run.Shown.Where(l => l.StartsWith("What if:", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, shown.Count);
        Assert.Contains("Pay 0.14 USD for 10 s, of which rounding up to 5 s costs 0.0728 USD", shown[2]);
        Assert.Contains("2 pairs", shown[2]);
        Assert.All(clips, clip => Assert.Contains(run.Shown, l => l.Contains(clip) && l.Contains(Path.ChangeExtension(clip, ".wav")) && l.Contains("0.07 USD for 5 s")));
    }

    [Fact]
    public async Task A_store_that_is_there_is_looked_at_and_left_as_it_was()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).CleanOne();
        var before = shell.Emulator.Ledger().Counts;

        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -WhatIf")).Clean();

        Assert.Equal(before, shell.Emulator.Ledger().Counts);
        Assert.Equal("Saved", (await shell.RunAsync("Get-KlingLipSyncJob -Local")).CleanOne().State());
    }

    [Fact]
    public async Task Not_even_the_time_of_a_folder_is_touched()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        Directory.CreateDirectory(shell.Folder.Out);
        var longAgo = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Directory.SetLastWriteTimeUtc(shell.Folder.Out, longAgo);

        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out -WhatIf; Get-KlingLipSyncMedia $clip -Pair -Destination $out")).Clean();

        Assert.Equal(longAgo, Directory.GetLastWriteTimeUtc(shell.Folder.Out));
    }

    [Fact]
    public async Task A_budget_that_is_too_small_is_told()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(3));
        (await shell.RunAsync("Set-KlingLipSyncBudget 0.10 Day")).Clean();

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -WhatIf");

        Assert.Empty(run.Clean());
        Assert.Contains("leaves 0.10 of 0.10 USD", Assert.Single(run.Warnings));
        shell.Emulator.AssertNothingSent();
    }

    [Fact]
    public async Task Saving_and_stopping_are_only_named()
    {
        await using var shell = await LipSyncShell.OpenAsync(Emulator.EmulatorOptions.Instant with { RunTime = TimeSpan.FromMinutes(5) });
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -NoWait")).Clean();
        var before = shell.Emulator.Ledger().Counts;

        var stop = await shell.RunAsync("$job | Stop-KlingLipSyncJob -WhatIf");

        Assert.Empty(stop.Clean());
        Assert.Contains(stop.Shown, l => l.StartsWith("What if:", StringComparison.Ordinal));
        Assert.Equal(before, shell.Emulator.Ledger().Counts);
    }

    [Fact]
    public async Task A_result_is_not_saved()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip")).Clean();
        var before = shell.Emulator.Ledger().Counts;

        var save = await shell.RunAsync("$job | Save-KlingLipSyncResult -Destination $out -WhatIf");

        Assert.Empty(save.Clean());
        Assert.Contains(save.Shown, l => l.Contains(shell.Folder.At("out", "one.lipsync.mp4")));
        Assert.False(Directory.Exists(shell.Folder.Out));
        Assert.Equal(before, shell.Emulator.Ledger().Counts);
    }
}
