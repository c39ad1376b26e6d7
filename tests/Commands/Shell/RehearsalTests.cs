using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>-WhatIf and -Confirm on every command that changes something.</summary>
public sealed class RehearsalTests
{
    /// <summary>A command that changes something, without its switch, and a part of what it is to say.</summary>
    private static readonly (string Script, string Says)[] Changes =
    [
        ("$files | Invoke-KlingLipSync -Destination $out -Force", "pay (0.07 USD for 5 s)"),
        ("$files | Invoke-KlingLipSync -NoWait", "pay (0.07 USD for 5 s)"),
        ("$files | Invoke-KlingLipSync -Synchronous -ResubmitBefore ([DateTime]::UtcNow)", "pay (0.07 USD for 5 s)"),
        ("$job | Save-KlingLipSyncResult -Destination $out -Force", "one.lipsync.mp4"),
        ("Save-KlingLipSyncResult $job.Id -Destination $out", "Save the result of job"),
        ("$open | Stop-KlingLipSyncJob", "Cancel at fal"),
        ("$job | Remove-KlingLipSyncJob -Force", "Forget the job"),
        ("$job | Remove-KlingLipSyncJob -Force -Payload -ApiKey $admin", "Delete the payloads at fal"),
        ("Set-KlingLipSyncBudget 9.5 Day", "Set to 9.50 USD"),
        ("Set-KlingLipSyncBudget -Amount 9.5 -Period Month -PassThru", "Set to 9.50 USD"),
        ("Remove-KlingLipSyncBudget Day", "Remove"),
        ("Get-KlingLipSyncBudget | Remove-KlingLipSyncBudget", "Remove"),
    ];

    public static TheoryData<string, string> All => [.. Changes.Select(c => (c.Script, c.Says))];

    [Fact]
    public async Task Every_command_that_can_be_rehearsed_is_among_these()
    {
        using var session = new ModuleSession();

        var names = (await session.RunAsync("Get-Command -Module KlingLipSync | Where-Object { $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object Name")).Clean();

        Assert.All(names, name => Assert.Contains(Changes, c => c.Script.Contains(name.ToString(), StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_rehearsal_says_what_would_be_done_and_does_nothing(string script, string says)
    {
        await using var shell = await Scene();

        foreach (var rehearsal in new[] { $"{script} -WhatIf", $"& {{ $WhatIfPreference = $true; {script} }}", $"{script} -WhatIf -Confirm:$false", $"{script} -WhatIf -Confirm" })
        {
            var (before, time) = (State(shell), Directory.GetLastWriteTimeUtc(shell.Folder.Out));

            var run = await shell.RunAsync(rehearsal);

            Assert.Empty(run.Clean());
            Assert.Contains(run.Shown, line => line.StartsWith("What if:", StringComparison.Ordinal) && line.Contains(says, StringComparison.Ordinal));
            Assert.Equal(before, State(shell));
            Assert.Equal(time, Directory.GetLastWriteTimeUtc(shell.Folder.Out));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_question_that_is_answered_No_changes_nothing_and_is_no_error(string script, string says)
    {
        await using var shell = await Scene();
        shell.Session.Answer("&No");

        foreach (var asked in new[] { $"{script} -Confirm", $"& {{ $ConfirmPreference = 'Low'; {script} }}" })
        {
            var before = State(shell);

            var run = await shell.RunAsync(asked);

            Assert.Empty(run.Clean());
            Assert.Contains(run.Shown, line => line.StartsWith("?", StringComparison.Ordinal) && line.Contains(says, StringComparison.Ordinal));
            Assert.Equal(before, State(shell));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Where_nobody_can_be_asked_it_is_one_error_and_nothing_is_done(string script, string says)
    {
        _ = says;
        await using var shell = await Scene();
        var before = State(shell);

        var run = await shell.RunAsync($"$Error.Clear(); try {{ {script} -Confirm -ErrorAction Stop }} catch {{ }}; $Error.Count");

        Assert.Equal("1", run.Output[^1].ToString());
        Assert.Equal(before, State(shell));
    }

    [Theory]
    [InlineData("Stop-KlingLipSyncJob nobody -WhatIf")]
    [InlineData("Remove-KlingLipSyncJob nobody -WhatIf")]
    [InlineData("Save-KlingLipSyncResult nobody -Destination $nowhere -WhatIf")]
    [InlineData("Set-KlingLipSyncBudget 5 Day -WhatIf")]
    [InlineData("Remove-KlingLipSyncBudget Day -WhatIf")]
    public async Task A_rehearsal_makes_no_store(string script)
    {
        await using var shell = await Scene();
        shell["nowhere"] = shell.Folder.At("nowhere");
        shell["empty"] = shell.Folder.At("empty");
        (await shell.RunAsync("Connect-KlingLipSync -StorePath $empty")).CleanOne();

        var run = await shell.RunAsync(script);

        Assert.All(run.Errors, e => Assert.Equal(ErrorCategory.ObjectNotFound, e.CategoryInfo.Category));
        Assert.False(Path.Exists(shell.Folder.At("empty")) || Path.Exists(shell.Folder.At("nowhere")));
    }

    [Theory]
    [InlineData("$files | Invoke-KlingLipSync -Destination $out -Confirm:$false")]
    [InlineData("& { $ConfirmPreference = 'Low'; $files | Invoke-KlingLipSync -Destination $out -Confirm:$false }")]
    [InlineData("$files | Invoke-KlingLipSync -Destination $out")]
    [InlineData("& { $WhatIfPreference = $true; $files | Invoke-KlingLipSync -Destination $out -WhatIf:$false }")]
    public async Task Unattended_nothing_is_asked(string script)
    {
        await using var shell = await Scene();

        var run = await shell.RunAsync(script);

        Assert.Equal(2, run.Clean().Count);
        Assert.DoesNotContain(run.Shown, line => line.StartsWith("?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Yes_to_some_pays_for_those_alone()
    {
        await using var shell = await Scene();
        shell.Session.Answer("&No", "&Yes");
        var before = shell.Emulator.Accepted();

        var job = (await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out -Confirm")).CleanOne();

        shell.Emulator.AssertOutputs([job]);
        Assert.Equal(before + 1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task Yes_to_all_is_asked_once()
    {
        await using var shell = await Scene();
        shell.Session.Answer("Yes to &All");

        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out -Confirm");

        Assert.Equal(2, run.Clean().Count);
        Assert.Single(run.Shown, line => line.StartsWith("?", StringComparison.Ordinal));
    }

    /// <summary>What fal and the disk have, to be held against itself: every request, every file with its size, every cell of the store.</summary>
    private static string State(LipSyncShell shell)
    {
        var files = Directory.EnumerateFiles(shell.Folder.Root, "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("store.db", StringComparison.Ordinal))
            .Select(f => $"{f} {new FileInfo(f).Length}").Order(StringComparer.Ordinal);
        return string.Join('\n', [.. files, .. shell.Emulator.Ledger().Counts.Select(c => $"{c.Key} {c.Value}"), .. StoreReading.Cells(shell.Folder.Store)]);
    }

    /// <summary>Two clips that nothing was paid for, a completed job and a running one, and a budget a day.</summary>
    private static async Task<LipSyncShell> Scene()
    {
        var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { AdminKeys = ["admin:admin"], Concurrency = 100 });
        shell["admin"] = ModuleSession.Secure("admin:admin");
        shell["clip"] = shell.Folder.Pair("one.mp4");
        shell["late"] = shell.Folder.Pair("late.mp4");
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        Directory.CreateDirectory(shell.Folder.Out);
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip; Set-KlingLipSyncBudget 5 Day; $open = Invoke-KlingLipSync $late -NoWait")).Clean();
        return shell;
    }
}
