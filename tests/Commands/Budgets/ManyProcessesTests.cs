using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Crash;
using KlingLipSync.Tests.Commands.Session;
using Scratch = KlingLipSync.Tests.Commands.Crash.Scratch;

namespace KlingLipSync.Tests.Commands.Budgets;

/// <summary>Real processes on one store, started together, and killed in the middle: the budget holds to the cent.</summary>
public sealed class ManyProcessesTests : IDisposable
{
    private const int Processes = 10, ClipsEach = 2;
    private const decimal Cap = 0.70m;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Ten_processes_submit_what_the_budget_pays_for_and_no_more()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        using var session = await SetAsync(fal, Cap);

        var hosts = Enumerable.Range(0, Processes).Select(n => Start(fal, $"p{n}")).ToList();
        await ReleaseAsync(hosts.Count);
        var reports = await Task.WhenAll(hosts.Select(h => h.ReportAsync()));
        hosts.ForEach(h => h.Dispose());

        var ledger = fal.Ledger();
        Assert.Equal(10, ledger.Requests.Count);
        Assert.Equal(Cap, ledger.AmountUsd);
        Assert.Equal(10, reports.Sum(r => r.Output.Count(o => o == "Saved")));
        Assert.All(reports.SelectMany(r => r.Errors), e => Assert.StartsWith("BudgetExceeded,", e, StringComparison.Ordinal));
        Assert.Equal(10, Directory.GetFiles(scratch.File("out")).Length);
        Assert.Equal("0.70 0.70 0.00 0.00", await LookAsync(session));
    }

    [Fact]
    public async Task A_killed_process_that_had_not_sent_gives_its_share_back_and_one_that_had_does_not()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        using var session = await SetAsync(fal, 0.28m);

        // One dies with bytes on their way up: claimed and nothing sent. One dies with its answer read: sent, and nobody knows.
        fal.AddFaults(new Fault(EmulatorRoute.Put, FaultKind.SlowHeaders) { Milliseconds = 600_000 });
        using (var claimed = Start(fal, "claimed", clips: 1))
        {
            await ReleaseAsync(1);
            await Until.True(() => fal.Ledger().Hits(EmulatorRoute.Put) == 1, "an upload that hangs");
            Assert.Equal("0.28 0.00 0.07 0.21", await LookAsync(session));
            using (var sent = Start(fal, "sent", clips: 1, killAt: "PostAccepted"))
            {
                Assert.NotEqual(0, await sent.ExitCodeAsync());
            }

            Assert.Equal("0.28 0.07 0.07 0.14", await LookAsync(session));
            claimed.Kill();
            await claimed.ExitCodeAsync();
        }

        fal.ClearFaults();
        Assert.Equal("0.28 0.07 0.00 0.21", await LookAsync(session));

        // The rest shares what is left: three clips, of the killed one's and of the others'.
        var hosts = new[] { "claimed", "x", "y", "z" }.Select(n => Start(fal, n, clips: 1)).ToList();
        var reports = await Task.WhenAll(hosts.Select(h => h.ReportAsync()));
        hosts.ForEach(h => h.Dispose());
        Assert.Equal(3, reports.Count(r => r.Output is ["Saved"] && r.Errors is []));
        Assert.StartsWith("BudgetExceeded,", Assert.Single(reports, r => r.Output is []).Errors.Single(), StringComparison.Ordinal);
        Assert.Equal((4, 0.28m), (fal.Ledger().Requests.Count, fal.Ledger().AmountUsd));

        // Whoever comes again for the one that nobody knew of gets what was paid for.
        using var again = Start(fal, "sent", clips: 1);
        Assert.Equal(["Saved"], (await again.ReportAsync()).Output);
        Assert.Equal("0.28 0.28 0.00 0.00", await LookAsync(session));
        Assert.Equal(4, fal.Ledger().Requests.Count);
    }

    /// <summary>A process that says it is ready and waits for the others, then syncs clips of its own.</summary>
    private HostProcess Start(EmulatorServer fal, string name, int clips = ClipsEach, string? killAt = null)
    {
        var folder = Directory.CreateDirectory(scratch.File(name)).FullName;
        for (var n = 0; n < clips && !File.Exists(Path.Combine(folder, $"{name}{n}.mp4")); n++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{name}{n}.mp4"), SampleMedia.Clip());
            File.WriteAllBytes(Path.Combine(folder, $"{name}{n}.wav"), SampleMedia.Sound());
        }

        return new HostProcess(Prelude(fal) + $$"""

            [IO.File]::WriteAllText('{{scratch.File(name + ".ready")}}', '')
            while (-not [IO.File]::Exists('{{scratch.File("go")}}')) { [Threading.Thread]::Sleep(5) }
            Invoke-KlingLipSync '{{folder}}/*.mp4' -Destination '{{scratch.File("out")}}' | ForEach-Object { $_.State }
            """, scratch, killAt);
    }

    /// <summary>Lets all that have been started go at one moment; those that come later go at once.</summary>
    private async Task ReleaseAsync(int processes)
    {
        // One after the other, each with its own patience: a busy machine starts ten processes slowly.
        for (var ready = 1; ready <= processes; ready++)
        {
            await Until.True(() => Directory.GetFiles(scratch.Path, "*.ready").Length >= ready, $"{ready} processes ready");
        }

        File.WriteAllText(scratch.File("go"), "");
    }

    /// <summary>A session in this process over the same store, with the budgets set.</summary>
    private async Task<ModuleSession> SetAsync(EmulatorServer fal, decimal amount)
    {
        var session = new ModuleSession();
        await session.ConnectAsync(fal.Url, scratch.File("store"));
        session["amount"] = amount;
        (await session.RunAsync("Set-KlingLipSyncBudget $amount Day; Set-KlingLipSyncBudget $amount Month")).Clean();
        return session;
    }

    /// <summary>Amount, spent, reserved and left, of both periods alike.</summary>
    private static async Task<string> LookAsync(ModuleSession session)
    {
        var budgets = await session.RunAsync("Get-KlingLipSyncBudget | ForEach-Object { '{0:0.00} {1:0.00} {2:0.00} {3:0.00}' -f $_.Amount, $_.Spent, $_.Reserved, $_.Left }");
        return Assert.Single(budgets.Clean().Select(b => b.ToString()).Distinct());
    }

    private string Prelude(EmulatorServer fal) => $$"""
        $env:FAL_KEY = 'demo:demo'
        $env:KLINGLIPSYNC_HOME = '{{scratch.File("store")}}'
        $env:KLINGLIPSYNC_ENDPOINT = '{{fal.Url}}'
        """;
}
