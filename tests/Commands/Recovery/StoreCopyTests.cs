using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Recovery;

/// <summary>The store's copies: one a day, nobody else's to read, and honest about what they cannot know.</summary>
public sealed class StoreCopyTests
{
    [Fact]
    public async Task The_first_run_of_a_day_makes_one_copy_and_the_others_none()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));

        (await shell.RunAsync("$files[0] | Invoke-KlingLipSync -Destination $out")).Clean();
        var copy = Assert.Single(Copies(shell));
        var made = File.GetLastWriteTimeUtc(copy);
        (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out; Get-KlingLipSyncJob; Set-KlingLipSyncBudget 1 Day")).Clean();

        Assert.Equal([copy], Copies(shell));
        Assert.Equal(made, File.GetLastWriteTimeUtc(copy));
        Assert.Equal($"store-{DateTime.UtcNow:yyyy-MM-dd}.db", Path.GetFileName(copy));
    }

    [Fact]
    public async Task Nobody_else_may_read_it()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("There the folder's own rights hold.");
            return;
        }

        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip")).Clean();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Copies(shell))));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(shell.Folder.Store, "copies")));
    }

    [Theory]
    [InlineData("Invoke-KlingLipSync $clip -WhatIf")]
    [InlineData("Get-KlingLipSyncJob")]
    [InlineData("Get-KlingLipSyncMedia $clip")]
    public async Task What_spends_nothing_makes_none(string script)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");

        (await shell.RunAsync(script)).Clean();

        Assert.Empty(Copies(shell));
    }

    [Fact]
    public async Task A_restored_copy_stops_the_first_run_and_knows_what_was_paid_before_it()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).Clean();
        File.Delete(Assert.Single(Copies(shell)));
        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).Clean();
        Restore(shell);

        var first = await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out");
        Assert.Contains("restored from its copy of", first.OneError("StoreRestored", ErrorCategory.InvalidOperation).Exception.Message);
        Assert.Empty(first.Output);
        var second = await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out");
        Assert.True(second.CleanOne().Reused());
        Assert.Empty(second.Warnings);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_rehearsal_over_a_restored_copy_leaves_the_stop_to_the_run_that_spends()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip")).Clean();
        Restore(shell);

        (await shell.RunAsync("Invoke-KlingLipSync $clip -WhatIf")).Clean();

        (await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out")).OneError("StoreRestored", ErrorCategory.InvalidOperation);
    }

    [Fact]
    public async Task A_copy_that_cannot_be_made_is_a_warning_and_stops_nobody()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell.Folder.Text("in the way", "store", "copies");

        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $out");

        Assert.Equal("Saved", run.CleanOne().State());
        Assert.Contains("copy of the store could not be made", Assert.Single(run.Warnings));
    }

    private static string[] Copies(LipSyncShell shell) =>
        Path.Combine(shell.Folder.Store, "copies") is var folder && Directory.Exists(folder) ? Directory.GetFiles(folder) : [];

    /// <summary>Puts the newest copy in the store's place, as the help says.</summary>
    private static void Restore(LipSyncShell shell)
    {
        foreach (var file in Directory.GetFiles(shell.Folder.Store, "store.db*"))
        {
            File.Delete(file);
        }

        File.Copy(Assert.Single(Copies(shell)), Path.Combine(shell.Folder.Store, "store.db"));
    }
}
