using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>This machine's clock is set while a run is under way: nothing is paid twice, and no proof comes too early.</summary>
public sealed class ClockJumpTests : BatchScene
{
    private readonly SetClock clock = new();

    [Theory]
    [InlineData(-48)]
    [InlineData(48)]
    public async Task Between_intent_and_post(int hours)
    {
        await using var fal = await StartAsync();
        using var session = On(fal);
        using var boundary = new BoundaryWatch(session, "IntentWritten", () => clock.Set(TimeSpan.FromHours(hours)));
        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal(LipSyncJobState.Saved, outcome.Job!.State);
        Assert.Single(fal.Ledger().Requests);

        // An intent that is two days old by the clock is not sent; it is written anew.
        Assert.Equal(hours < 0 ? 1 : 2, boundary.Crossings);
    }

    [Theory]
    [InlineData(-48)]
    [InlineData(48)]
    public async Task Before_a_lost_answer(int hours)
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { HistoryLag = TimeSpan.FromSeconds(1.5) });
        fal.AddFaults(new Fault(EmulatorRoute.Submit, FaultKind.ResetAfterAccept));
        using var session = On(fal);

        // One upload, and the clock is set after fal's last answer before the POST, so that nothing can put it right.
        var pair = Pair("a") with { Video = MediaInput.FromUrl("https://example.com/a.mp4", allowLocal: false) };
        fal.AddFaults(new Fault(EmulatorRoute.Put, FaultKind.SlowHeaders) { Milliseconds = 600 });
        var working = RunAsync(session, [pair], new BatchOptions { OnUnconfirmed = LipSyncUnconfirmedAction.Resubmit });
        while (fal.Ledger().Hits(EmulatorRoute.Put) == 0)
        {
            await Task.Delay(10);
        }

        await Task.Delay(100);
        clock.Set(TimeSpan.FromHours(hours));
        Assert.Equal(LipSyncError.SubmitUnconfirmed, Assert.Single(await working).Error!.Error);

        var doubt = Assert.Single(session.Store.Doubts(session.BudgetScope));
        var now = DateTimeOffset.UtcNow;
        Assert.True(session.ProvableAt(doubt) > now.AddHours(7), $"{session.ProvableAt(doubt):O} is too early.");
        Assert.True(doubt.FalIntentAt.Earliest < now.AddMinutes(1), $"{doubt.FalIntentAt.Earliest:O} is too late to be found.");

        // A later request of ours, listed, with our clock days ahead or back: still no proof, and no second payment.
        Assert.Null(Assert.Single(await RunAsync(session, [Pair("b")])).Error);
        await Task.Delay(1700);
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await RunAsync(session, [pair], new BatchOptions { OnUnconfirmed = LipSyncUnconfirmedAction.Resubmit })).Job!.State);
        Assert.Equal(2, fal.Ledger().Requests.Count);
    }

    [Theory]
    [InlineData(-48)]
    [InlineData(48)]
    public async Task While_a_job_is_waited_for(int hours)
    {
        await using var fal = await EmulatorServer.StartAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(0.6) });
        using var session = On(fal);
        var working = RunAsync(session, [Pair("a")]);
        await Task.Delay(250);
        clock.Set(TimeSpan.FromHours(hours));
        Assert.Equal(LipSyncJobState.Saved, Assert.Single(await working).Job!.State);
        clock.Set(-TimeSpan.FromHours(hours));
        Assert.True(Assert.Single(await RunAsync(session, [Pair("a")])).Job!.Reused);
        Assert.Single(fal.Ledger().Requests);
    }

    private LipSyncSession On(EmulatorServer fal) =>
        new(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), clock, () => 0.5);

    /// <summary>The day's clock can be set; timers and ticks go on as they are.</summary>
    private sealed class SetClock : TimeProvider
    {
        private long offset;

        public void Set(TimeSpan by) => Interlocked.Add(ref offset, by.Ticks);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref offset));
    }
}
