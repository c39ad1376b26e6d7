using System.Diagnostics;
using System.Security.Cryptography;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Commands.Crash;

/// <summary>kill -9 at each named boundary, then the same command: paid at most once, nothing lost, nothing torn.</summary>
public sealed class KillTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Scratch scratch = new();

    public KillTests()
    {
        File.WriteAllBytes(scratch.File("clip.mp4"), TestMedia.Mp4(seconds: 4, width: 1280, height: 720, seed: 7, bytes: 300_000));
        File.WriteAllBytes(scratch.File("clip.wav"), TestMedia.Wav(seconds: 3, seed: 7));
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task After_the_intent_nothing_was_sent_and_nothing_is()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        await RunAndDieAsync(fal, "IntentWritten");
        Assert.Empty(fal.Ledger().Requests);
        await AssertHeldAsync(fal);
        Assert.Equal(0, fal.Ledger().Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task While_the_answer_is_on_its_way_the_job_is_found_at_fal()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.SlowHeaders) { Milliseconds = 600_000 });
        using (var host = Start(fal))
        {
            await UntilAsync(() => fal.Ledger().Requests.Count == 1);
            host.Kill();
            await host.ExitCodeAsync();
        }

        await AssertSavedAsync(fal);
        Assert.Equal(1, fal.Ledger().Hits(EmulatorRoute.Submit));
    }

    [Fact]
    public async Task After_acceptance_and_before_the_receipt_the_job_is_found_at_fal()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        await RunAndDieAsync(fal, "PostAccepted");
        Assert.Single(fal.Ledger().Requests);
        await AssertSavedAsync(fal);
    }

    [Theory]
    [InlineData("ReceiptWritten")]
    [InlineData("ResultStored")]
    [InlineData("BeforeRename")]
    public async Task From_the_receipt_on_the_same_command_finishes_the_job(string boundary)
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        await RunAndDieAsync(fal, boundary);
        Assert.False(File.Exists(Output));
        await AssertSavedAsync(fal);
    }

    [Fact]
    public async Task A_partial_file_is_never_taken_for_a_whole_one()
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant);
        fal.AddFaults(new Fault(EmulatorRoute.Download, FaultKind.SlowBody) { Bytes = 50_000, Milliseconds = 600_000 });
        using (var host = Start(fal))
        {
            await UntilAsync(() => Directory.Exists(scratch.File("out"))
                && Directory.EnumerateFiles(scratch.File("out"), "*.partial").Any(f => new FileInfo(f).Length > 0));
            host.Kill();
            await host.ExitCodeAsync();
        }

        Assert.False(File.Exists(Output));
        await AssertSavedAsync(fal);
    }

    private string Output => scratch.File("out/clip.lipsync.mp4");

    private string Script(EmulatorServer fal) => $$"""
        $env:FAL_KEY = 'demo:demo'
        $env:KLINGLIPSYNC_HOME = '{{scratch.File("store")}}'
        Invoke-KlingLipSync -LiteralPath '{{scratch.File("clip.mp4")}}' -Endpoint '{{fal.Url}}' -Destination '{{scratch.File("out")}}' | ForEach-Object { $_.State }
        """;

    private HostProcess Start(EmulatorServer fal, string? killAt = null) => new(Script(fal), scratch, killAt);

    private async Task RunAndDieAsync(EmulatorServer fal, string boundary)
    {
        using var host = Start(fal, boundary);
        Assert.NotEqual(0, await host.ExitCodeAsync());
    }

    private async Task AssertHeldAsync(EmulatorServer fal)
    {
        using var host = Start(fal);
        var (output, errors) = await host.ReportAsync();
        Assert.Empty(output);
        Assert.StartsWith("SubmitUnconfirmed,", Assert.Single(errors), StringComparison.Ordinal);
    }

    private async Task AssertSavedAsync(EmulatorServer fal)
    {
        using var host = Start(fal);
        var (output, errors) = await host.ReportAsync();
        Assert.Empty(errors);
        Assert.Equal(["Saved"], output);
        var request = Assert.Single(fal.Ledger().Requests);
        Assert.Equal(request.OutputSha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Output))));
        Assert.Equal([Output], Directory.GetFiles(scratch.File("out")));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Patience, "It never came to that.");
            await Task.Delay(20);
        }
    }
}
