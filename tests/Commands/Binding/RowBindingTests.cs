using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Binding;

/// <summary>Rows of Import-Csv: each binds by its own filled cells, a bad one is one error and the rest goes on.</summary>
public sealed class RowBindingTests
{
    [Fact]
    public async Task Rows_of_paths_and_rows_of_addresses_go_in_one_batch()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        string here = shell.Folder.Clip("here.mp4"), sound = shell.Folder.Sound("voice.wav");
        var paired = shell.Folder.Pair("paired.mp4");
        var (videoUrl, audioUrl) = (Address(shell, "there.mp4"), Address(shell, "there.wav"));
        shell["rows"] = new[]
        {
            Row(here, "", sound, "", tag: "first"),
            Row("", videoUrl, "", audioUrl, tag: "  "),
            Row(paired, "", "", "", tag: ""),
        };

        var jobs = (await shell.RunAsync("$rows | Invoke-KlingLipSync -Destination $out -ThrottleLimit 1")).Clean();

        Assert.Equal([here, null, paired], jobs.Select(j => j.Text("VideoPath")));
        Assert.Equal([null, videoUrl, null], jobs.Select(j => j.Text("VideoUrl")));
        Assert.Equal([sound, null, Path.ChangeExtension(paired, ".wav")], jobs.Select(j => j.Text("AudioPath")));
        Assert.Equal([null, audioUrl, null], jobs.Select(j => j.Text("AudioUrl")));
        Assert.Equal(["first", null, null], jobs.Select(j => j.Text("Tag")));
        Assert.Equal(["here.voice.lipsync.mp4", "there.lipsync.mp4", "paired.lipsync.mp4"], jobs.Select(j => Path.GetFileName(j.Text("OutputPath"))));
        shell.Emulator.AssertOutputs(jobs);
    }

    [Fact]
    public async Task White_space_in_a_cell_is_an_empty_cell()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Pair("one.mp4");
        shell["rows"] = new[] { Row(clip, " \t", "  ", " ") };

        var job = (await shell.RunAsync("$rows | Invoke-KlingLipSync -Destination $out")).CleanOne();

        Assert.Equal(clip, job.Text("VideoPath"));
        Assert.Equal(Path.ChangeExtension(clip, ".wav"), job.Text("AudioPath"));
    }

    [Fact]
    public async Task Each_row_has_its_own_destination_key_and_tag()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        string first = shell.Folder.Pair("one.mp4"), second = shell.Folder.Pair("two.mp4");
        var url = Address(shell, "moving.mp4");
        shell["rows"] = new[]
        {
            Piped.Row(("VideoPath", first), ("Destination", shell.Folder.At("a")), ("Tag", "x")),
            Piped.Row(("VideoPath", second), ("Destination", shell.Folder.At("b")), ("Tag", "y")),
            Piped.Row(("VideoUrl", url + "?run=1"), ("AudioUrl", Address(shell, "v.wav") + "?run=1"), ("Key", "episode 7"), ("Destination", "")),
        };

        var jobs = (await shell.RunAsync("$rows | Invoke-KlingLipSync -ThrottleLimit 1")).Clean();

        Assert.Equal([shell.Folder.At("a", "one.lipsync.mp4"), shell.Folder.At("b", "two.lipsync.mp4"), null], jobs.Select(j => j.Text("OutputPath")));
        Assert.Equal(["x", "y", null], jobs.Select(j => j.Text("Tag")));

        // The key, and no longer the address, says which pair it is.
        shell["rows"] = new[] { Piped.Row(("VideoUrl", url + "?run=2"), ("AudioUrl", Address(shell, "v.wav") + "?run=2"), ("Key", "episode 7")) };
        var again = (await shell.RunAsync("$rows | Invoke-KlingLipSync")).CleanOne();
        Assert.True(again.Reused());
        Assert.Equal(jobs[2].Id(), again.Id());
        Assert.Equal(3, shell.Emulator.Accepted());
    }

    [Fact]
    public async Task A_destination_of_the_command_rules_over_the_column()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["rows"] = new[] { Piped.Row(("VideoPath", shell.Folder.Pair("one.mp4")), ("Destination", shell.Folder.At("column"))) };

        var job = (await shell.RunAsync("$rows | Invoke-KlingLipSync -Destination $out")).CleanOne();

        Assert.Equal(shell.Folder.At("out", "one.lipsync.mp4"), job.Text("OutputPath"));
        Assert.False(Directory.Exists(shell.Folder.At("column")));
    }

    [Fact]
    public Task A_row_without_known_columns_is_one_error() =>
        RefusesAmongGoodOnes(_ => Piped.Row(("Clip", "one.mp4"), ("Voice", "one.wav")), "RowIncomplete");

    [Fact]
    public Task A_row_of_empty_cells_is_one_error() => RefusesAmongGoodOnes(_ => Row("", "", "", ""), "RowIncomplete");

    [Fact]
    public Task A_row_with_sound_alone_is_one_error() =>
        RefusesAmongGoodOnes(folder => Piped.Row(("AudioPath", folder.Sound("alone.wav"))), "RowIncomplete");

    [Fact]
    public Task A_row_with_a_file_and_an_address_is_one_error() =>
        RefusesAmongGoodOnes(folder => Row(folder.Pair("x.mp4"), "https://example.com/x.mp4", "", ""), "RowAmbiguous");

    [Fact]
    public Task A_row_with_a_sound_file_and_a_sound_address_is_one_error() =>
        RefusesAmongGoodOnes(folder => Row(folder.Clip("x.mp4"), "", folder.Sound("x.wav"), "https://example.com/x.wav"), "RowAmbiguous");

    [Fact]
    public Task An_address_that_is_none_is_one_error() =>
        RefusesAmongGoodOnes(_ => Row("", "ftp://example.com/x.mp4", "", "https://example.com/x.wav"), "UrlInvalid");

    [Fact]
    public async Task The_error_of_a_row_names_the_columns_that_are_expected()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["rows"] = new[] { Piped.Row(("Clip", "one.mp4")) };

        var error = (await shell.RunAsync("$rows | Invoke-KlingLipSync")).OneError("RowIncomplete", ErrorCategory.InvalidArgument);

        Assert.All(["VideoPath", "VideoUrl", "AudioPath", "AudioUrl"], column => Assert.Contains(column, error.Exception.Message));
    }

    [Fact]
    public async Task Jobs_that_are_piped_back_are_passed_through()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(2));
        shell["rows"] = new[] { Row("", Address(shell, "there.mp4"), "", Address(shell, "there.wav")) };
        var first = (await shell.RunAsync("$jobs = @($files | Invoke-KlingLipSync) + @($rows | Invoke-KlingLipSync); $jobs")).Clean();

        var again = (await shell.RunAsync("$jobs | Invoke-KlingLipSync -Destination $out")).Clean();

        Assert.Equal(first.Select(j => j.Id()).Order(), again.Select(j => j.Id()).Order());
        Assert.All(again, j => Assert.True(j.Reused()));
        shell.Emulator.AssertOutputs(again);
        Assert.Equal(3, shell.Emulator.Accepted());
    }

    private static PSObject Row(string video, string videoUrl, string audio, string audioUrl, string? tag = null) =>
        Piped.Row(("VideoPath", video), ("VideoUrl", videoUrl), ("AudioPath", audio), ("AudioUrl", audioUrl), ("Tag", tag ?? ""));

    /// <summary>An address that fal would fetch by itself; nothing of ours asks it.</summary>
    private static string Address(LipSyncShell shell, string name) => $"https://example.com/{shell.Emulator.Url.Port}/{name}";

    private static async Task RefusesAmongGoodOnes(Func<TestFolder, PSObject> bad, string id)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clips = shell.Folder.Pairs(2);
        shell["rows"] = new[] { Row(clips[0], "", "", ""), bad(shell.Folder), Row(clips[1], "", "", "") };

        var run = await shell.RunAsync("$rows | Invoke-KlingLipSync -Destination $out");

        var error = run.OneError(id, ErrorCategory.InvalidArgument);
        Assert.Equal("KlingLipSync.LipSyncInput", error.Target().TypeNames[0]);
        Assert.Equal(clips, run.Output.Select(j => j.Text("VideoPath")).Order());
        Assert.Equal(2, shell.Emulator.Accepted());
    }
}
