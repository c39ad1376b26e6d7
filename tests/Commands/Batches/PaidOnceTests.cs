using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Batches;

/// <summary>Ways in which a user might come to pay a pair twice without meaning to.</summary>
public sealed class PaidOnceTests
{
    [Fact]
    public async Task A_failed_rows_target_piped_back_is_the_same_pair()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(1) });
        shell["row"] = Piped.Row(("VideoUrl", "https://example.com/daily.mp4"), ("AudioUrl", "https://example.com/daily.wav"), ("Key", "monday"));
        shell["late"] = (await shell.RunAsync("$row | Invoke-KlingLipSync -Timeout 0")).OneError("WaitTimeout", ErrorCategory.OperationTimeout).TargetObject;

        var job = (await shell.RunAsync("$late | Invoke-KlingLipSync")).CleanOne();

        Assert.Equal(("monday", true), (job.Text("Key"), job.Reused()));
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task What_was_not_sent_keeps_the_sound_that_was_found_for_it()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("clips", "one.mp4");
        shell["sounds"] = shell.Folder.At("sounds");
        var sound = shell.Folder.Sound("sounds", "one.wav");
        shell.Emulator.Lock();
        var stopped = (await shell.RunAsync("Invoke-KlingLipSync $clip -AudioDirectory $sounds")).OneError("SpendingStopped", ErrorCategory.QuotaExceeded);
        shell.Emulator.Unlock();
        shell["unsent"] = stopped.TargetObject;

        Assert.Equal(sound, (await shell.RunAsync("$unsent | Invoke-KlingLipSync")).CleanOne().Text("AudioPath"));
    }

    [Fact]
    public async Task A_rerun_says_what_it_spent_and_not_what_was_spent_before()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("noface.mp4");
        Assert.Equal(0.07m, Spent(await shell.RunAsync("Invoke-KlingLipSync $clip")));
        Assert.Equal(0m, Spent(await shell.RunAsync("Invoke-KlingLipSync $clip")));
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_date_in_the_name_tells_no_two_clips_apart()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files([shell.Folder.Pair("a", "same.mp4"), shell.Folder.Pair("b", "same.mp4")]);
        var run = await shell.RunAsync("$files | Invoke-KlingLipSync -Destination $out -NameTemplate '{Name}-{Date}' -Force");
        run.OneError("OutputCollision", ErrorCategory.ResourceExists);
        Assert.Equal(1, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_result_never_takes_the_place_of_an_input()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("clips", "one.mp4");
        var before = LedgerReading.Sha256(clip);
        shell["clip"] = clip;
        shell["folder"] = shell.Folder.At("clips");
        var run = await shell.RunAsync("Invoke-KlingLipSync $clip -Destination $folder -NameTemplate '{Name}' -Force");
        run.OneError("OutputCollision", ErrorCategory.ResourceExists);
        shell.Emulator.AssertNothingSent();
        Assert.Equal(before, LedgerReading.Sha256(clip));
    }

    [Fact]
    public async Task A_url_without_a_file_name_harms_nobody()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(1) });
        shell["rows"] = new[]
        {
            Piped.Row(("VideoUrl", "https://example.com/17/"), ("AudioUrl", "https://example.com/17.wav")),
            Piped.Row(("VideoUrl", "https://example.com/?clip=18"), ("AudioUrl", "https://example.com/18.wav")),
        };
        var run = await shell.RunAsync("$rows | Invoke-KlingLipSync -Destination $out -NameTemplate '{Name}.{Id}'");
        shell.Emulator.AssertOutputs(run.Clean());
        Assert.Equal(2, shell.Emulator.Accepted());
    }

    private static decimal Spent(CommandRun run) => (decimal)PSObject.AsPSObject(Assert.Single(run.Information).MessageData).Get("Spent")!;
}
