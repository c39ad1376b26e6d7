using System.Management.Automation;
using KlingLipSync.Tests.Commands.Session;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Commands.Media;

/// <summary>Measure-KlingLipSyncCost: one quote for many inputs.</summary>
public sealed class QuoteTests
{
    [Fact]
    public async Task Clips_seconds_steps_and_what_rounding_costs()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var past = shell.Folder.Write(SampleMedia.Clip(5.2), "past.mp4");
        shell["files"] = Piped.Files(
        [
            shell.Folder.Write(SampleMedia.Clip(3), "a.mp4"), shell.Folder.Sound("a.wav"), past,
            shell.Folder.Write(SampleMedia.Clip(10), "c.mp4"), shell.Folder.Write(TestMedia.Mp4(3, 640, 360), "small.mp4"),
        ]);

        var cost = (await shell.RunAsync("$files | Measure-KlingLipSyncCost")).CleanOne();

        Assert.Equal((3, 1, 0), ((int)cost.Get("Clips")!, (int)cost.Get("Refused")!, (int)cost.Get("Unread")!));
        Assert.Equal((18.2m, 25L), ((decimal)cost.Get("Seconds")!, (long)cost.Get("BilledSeconds")!));
        Assert.Equal((0.35m, 0.35m), ((decimal)cost.Get("Cost")!, (decimal)cost.Get("LeastCost")!));
        Assert.Equal(0.35m - (18.2m * 0.014m), cost.Get("RoundingCost"));
        Assert.Equal(0.07m, cost.Get("Saving"));
        var step = PSObject.AsPSObject(Assert.Single(((System.Collections.IEnumerable)cost.Get("PastStep")!).Cast<object>()));
        Assert.Equal((past, TimeSpan.FromSeconds(5), 0.07m), (step.Text("Path"), (TimeSpan)step.Get("TrimTo")!, (decimal)step.Get("Saving")!));
        Assert.StartsWith("ffmpeg ", step.Text("Remedy"));
        shell.Emulator.AssertNothingSent();
    }

    [Fact]
    public async Task Several_sounds_cost_several_times_and_an_unread_url_the_most()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Clip("a.mp4");
        shell["rows"] = new[]
        {
            Piped.Row(("VideoPath", clip), ("AudioPath", "x.wav")),
            Piped.Row(("VideoUrl", "https://example.com/x.mp4")),
        };
        shell["clip"] = clip;

        var rows = (await shell.RunAsync("$rows | Measure-KlingLipSyncCost")).CleanOne();
        Assert.Equal((2, 1, 0.21m, 0.14m), ((int)rows.Get("Clips")!, (int)rows.Get("Unread")!, (decimal)rows.Get("Cost")!, (decimal)rows.Get("LeastCost")!));

        var dubbed = (await shell.RunAsync("Measure-KlingLipSyncCost $clip -AudioPath de.wav, en.wav, fr.wav")).CleanOne();
        Assert.Equal((3, 0.21m), ((int)dubbed.Get("Clips")!, (decimal)dubbed.Get("Cost")!));
    }

    [Fact]
    public async Task Our_own_results_cost_nothing()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("$job = Invoke-KlingLipSync $clip -Destination $out")).Clean();
        shell["both"] = new object?[] { shell.Folder.At("one.mp4") };

        var cost = (await shell.RunAsync("Measure-KlingLipSyncCost -LiteralPath $clip, $job.OutputPath")).CleanOne();

        Assert.Equal((1, 1, 0.07m), ((int)cost.Get("Clips")!, (int)cost.Get("Refused")!, (decimal)cost.Get("Cost")!));
    }

    [Fact]
    public async Task Sounds_cost_nothing_repeats_count_once_and_what_is_missing_is_named()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        var clip = shell.Folder.Clip("a.mp4");
        var missing = shell.Folder.At("none.mp4");
        shell["rows"] = new[]
        {
            Piped.Row(("VideoUrl", ""), ("AudioUrl", "https://example.com/a.mp3")),
            Piped.Row(("VideoPath", clip)),
            Piped.Row(("VideoPath", clip)),
            Piped.Row(("VideoPath", missing)),
        };

        var run = await shell.RunAsync("$rows | Measure-KlingLipSyncCost -Probe");

        Assert.Equal(missing, run.OneError("FileNotFound", ErrorCategory.ObjectNotFound).Target().Text("VideoPath"));
        var cost = Assert.Single(run.Output);
        Assert.Equal((1, 1, 0.07m), ((int)cost.Get("Clips")!, (int)cost.Get("Refused")!, (decimal)cost.Get("Cost")!));
    }

    [Fact]
    public async Task Nothing_costs_nothing()
    {
        using var session = new ModuleSession();

        var cost = (await session.RunAsync("@() | Measure-KlingLipSyncCost")).CleanOne();

        Assert.Equal((0, 0m), ((int)cost.Get("Clips")!, (decimal)cost.Get("Cost")!));
    }
}
