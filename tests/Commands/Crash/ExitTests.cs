using KlingLipSync.Emulator;

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
}
