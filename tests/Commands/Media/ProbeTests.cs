using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Commands.Media;

/// <summary>-Probe reads what lies behind a URL, from a real file server.</summary>
public sealed class ProbeTests
{
    [Fact]
    public async Task A_remote_clip_is_judged_by_its_headers()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell.Folder.Write(SampleMedia.Clip(7.5), "long.mp4");
        shell.Folder.Sound("long.wav");
        shell["clip"] = shell.Folder.At("long.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip -NoWait")).CleanOne();
        var url = shell.Emulator.Ledger().Uploads.Select(u => u.Url.ToString()).Single(u => u.EndsWith(".mp4", StringComparison.Ordinal));
        shell["url"] = url;

        var report = (await shell.RunAsync("Get-KlingLipSyncMedia -VideoUrl $url -Probe")).CleanOne();

        Assert.Equal(("Fit", 0.14m), (report.Text("Verdict"), (decimal)report.Get("Cost")!));
        Assert.Equal(TimeSpan.FromSeconds(7.5), report.Get("Duration"));
        Assert.Equal((1, 0, 0.14m, 0.14m), await QuoteOf(shell, "Measure-KlingLipSyncCost -VideoUrl $url -Probe"));
    }

    [Fact]
    public async Task What_is_not_there_is_refused_and_what_serves_no_parts_is_a_maybe()
    {
        await using var gone = WebPage.Html(404);
        await using var page = WebPage.Html();
        await using var whole = new WebPage(_ => WebPage.Answer(200, "video/mp4", new string('x', 2_000_000)));
        await using var shell = await LipSyncShell.OpenAsync();
        shell["rows"] = new[] { gone, page, whole }.Select(s => Piped.Row(("VideoUrl", s.Url + "clip.mp4"))).ToArray();

        var reports = (await shell.RunAsync("$rows | Get-KlingLipSyncMedia -Probe")).Clean();

        Assert.Equal(["Refuse", "Refuse", "Warn"], reports.Select(r => r.Text("Verdict")));
        Assert.Contains("404", ReportTests.Texts(reports[0], "Reasons")[0]);
        Assert.Contains("HTML", ReportTests.Texts(reports[1], "Reasons")[0], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Range", ReportTests.Texts(reports[2], "Reasons")[0]);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_a_server_that_says_nothing()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["clip"] = shell.Folder.Pair("one.mp4");
        (await shell.RunAsync("Invoke-KlingLipSync $clip -NoWait")).CleanOne();
        shell["url"] = shell.Emulator.Ledger().Uploads.Single(u => u.Url.EndsWith(".mp4", StringComparison.Ordinal)).Url;
        shell.Emulator.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.SlowHeaders) { Milliseconds = 60_000 });
        var before = shell.Emulator.Hits(EmulatorRoute.Download);
        var running = shell.Begin("Get-KlingLipSyncMedia -VideoUrl $url -Probe");
        await Until.True(() => shell.Emulator.Hits(EmulatorRoute.Download) > before, "the request for the headers");

        // The answer would take a minute; the fault is over only when the script is.
        await running.StopAsync();

        Assert.True((await running.EndAsync()).WasStopped);
    }

    private static async Task<(int, int, decimal, decimal)> QuoteOf(LipSyncShell shell, string script)
    {
        var cost = (await shell.RunAsync(script)).CleanOne();
        return ((int)cost.Get("Clips")!, (int)cost.Get("Unread")!, (decimal)cost.Get("Cost")!, (decimal)cost.Get("LeastCost")!);
    }
}
