using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Crash;

/// <summary>A script that simply ends while paid requests are out.</summary>
public sealed class ExitTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task The_process_stays_until_every_receipt_is_written()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.SlowHeaders) { Milliseconds = 2500, Times = 3 });
        var prelude = $$"""
            $env:FAL_KEY = 'demo:demo'
            $env:KLINGLIPSYNC_HOME = '{{scratch.File("store")}}'
            $env:KLINGLIPSYNC_ENDPOINT = '{{fal.Url}}'
            """;

        // The fourth answers at once, and the first job that comes out ends the pipeline, as Select-Object -First does.
        using (var host = new HostProcess(prelude + """

            $rows = 1..4 | ForEach-Object { [pscustomobject]@{ VideoUrl = "https://example.com/$_.mp4"; AudioUrl = "https://example.com/$_.wav" } }
            try { $rows | Invoke-KlingLipSync -NoWait -ThrottleLimit 4 | ForEach-Object { throw 'enough' } } catch { }
            """, scratch))
        {
            await host.ReportAsync();
        }

        Assert.Equal(4, fal.Ledger().Requests.Count);
        using var look = new HostProcess(prelude + "\nGet-KlingLipSyncJob -Local | ForEach-Object { $_.State }", scratch);
        Assert.Equal(["Queued", "Queued", "Queued", "Queued"], (await look.ReportAsync()).Output);
    }

    [Fact]
    public async Task It_does_not_stay_for_a_blocking_call_and_the_job_is_found_later()
    {
        // Whoever waits for this run to end waits forever.
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromHours(2) });
        var prelude = $$"""
            $env:FAL_KEY = 'demo:demo'
            $env:KLINGLIPSYNC_HOME = '{{scratch.File("store")}}'
            $env:KLINGLIPSYNC_ENDPOINT = '{{fal.Url}}'
            $row = [pscustomobject]@{ VideoUrl = 'https://example.com/1.mp4'; AudioUrl = 'https://example.com/1.wav' }
            """;

        // As the shell's own exit, while a call of another runspace is out.
        using (var host = new HostProcess(prelude + """

            $other = [PowerShell]::Create([System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2())
            $null = $other.AddScript('Import-Module $args[0]; [pscustomobject]@{ VideoUrl = $args[1]; AudioUrl = $args[2] } | Invoke-KlingLipSync -Synchronous')
            $null = $other.AddArgument("$((Get-Module KlingLipSync).ModuleBase)/KlingLipSync.psd1").AddArgument($row.VideoUrl).AddArgument($row.AudioUrl)
            $null = $other.BeginInvoke()
            while (-not [System.IO.File]::Exists($env:KLINGLIPSYNC_HOME + '.end')) { [System.Threading.Thread]::Sleep(20) }
            [Environment]::Exit(3)
            """, scratch))
        {
            await Until.True(() => fal.Ledger().Requests.Count == 1, "the call");
            await File.WriteAllTextAsync(scratch.File("store.end"), "");
            Assert.Equal(3, await host.ExitCodeAsync());
        }

        Assert.Equal("IN_PROGRESS", Assert.Single(fal.Ledger().Requests).State);
        using var look = new HostProcess(prelude + "\nGet-KlingLipSyncJob -Local | ForEach-Object { $_.State; $_.Billed; $_.ErrorMessage }", scratch);
        Assert.Equal(["Unconfirmed", "Unknown", "The process ended before fal's answer."], (await look.ReportAsync()).Output);
        Assert.Equal(1, fal.Ledger().Hits(EmulatorRoute.Submit));
    }
}
