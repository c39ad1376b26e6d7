using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Media;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>One job, two requests at fal: what is said of one is never written of the other.</summary>
public sealed class TwoAttemptsTests : BatchScene
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(0.5);
    private static readonly Fault LostAnswer = new(EmulatorRoute.Submit, FaultKind.ResetAfterAccept);
    private static readonly Fault LostRequest = new(EmulatorRoute.Submit, FaultKind.ResetBeforeAccept);
    private static readonly Fault HistoryDown = new(EmulatorRoute.History, FaultKind.Status) { Status = 500, Times = 2 };

    [Fact]
    public async Task Who_waits_for_the_first_follows_the_second_and_ends_neither_for_the_other()
    {
        await using var fal = await StartAsync();
        using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), new LeapingTime(), () => 0.5);
        var first = Assert.Single(await RunAsync(session, [Pair("crash")], new BatchOptions { NoWait = true })).Job!;
        await Task.Delay(300);

        // What another process does meanwhile: it sees the failure and pays for a second attempt.
        var store = session.Store;
        store.WriteEnd(first.Id, 1, new JobEnd(LipSyncJobState.Failed, LipSyncBilled.No) { Retryable = true, ErrorType = "internal_server_error" });
        await using var run = Run.Begin(store, session.Time, "other");
        Assert.True(store.TryOwn(first.Id, run.Id));
        using (var raw = StoreFile.Open(scratch.File("store"), TimeProvider.System))
        {
            raw.Run("UPDATE jobs SET reserved_micro_usd = 70000 WHERE id = $id", ("$id", first.Id));
        }

        var (video, audio) = (new Uri("https://example.com/2.mp4"), new Uri("https://example.com/2.wav"));
        var (attempt, _) = store.WriteIntent(first.Id, run.Id, new Intent(video.AbsoluteUri, audio.AbsoluteUri, "demo", TimeSpan.FromHours(6), null, DateTimeOffset.UtcNow));
        var sent = await session.Submitter.SendAsync(new FalSubmitRequest(LipSyncModel.EndpointId, video, audio) { StartTimeout = TimeSpan.FromHours(6) }, () => true);
        store.WriteReceipt(first.Id, attempt, new Receipt(sent.RequestId!, new JobAddress(sent.StatusUrl!.AbsoluteUri, sent.ResponseUrl!.AbsoluteUri, sent.CancelUrl!.AbsoluteUri)));

        var ended = await new JobWaiter(session).WaitAsync(first, null, CancellationToken.None);
        Assert.Equal((LipSyncJobState.Completed, sent.RequestId, 2), (ended.State, ended.RequestId, ended.Attempt));
        Assert.Equal(fal.Ledger().Requests[1].OutputUrl, ended.ResultUrl);
    }

    [Fact]
    public async Task A_late_find_without_an_end_takes_the_place_of_the_attempt_that_came_to_nothing()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal, Soon);
        var (one, two) = await LoseTwiceAsync(fal, session);
        var found = fal.Ledger().Requests.Single().RequestId;
        Assert.Equal(FoundAs.Late, session.Store.WriteFound(one, new Receipt(found, Address(session, found)), DateTimeOffset.UtcNow));
        Assert.True(session.Store.WriteAbsent(two));
        fal.ClearFaults();

        var outcome = Assert.Single(await RunAsync(session, [Pair("a")]));
        Assert.Equal((LipSyncJobState.Saved, false, found), (outcome.Job!.State, outcome.IsSubmitted, outcome.Job.RequestId));
        Assert.Single(fal.Ledger().Requests);
        Assert.Empty(session.Store.SecondPayments(session.BudgetScope));
    }

    [Fact]
    public async Task A_late_find_without_an_end_can_be_waited_for_and_saved()
    {
        await using var fal = await StartAsync();
        using var session = Session(fal, Soon);
        var (one, _) = await LoseTwiceAsync(fal, session);
        var found = fal.Ledger().Requests.Single().RequestId;
        session.Store.WriteFound(one, new Receipt(found, Address(session, found)), DateTimeOffset.UtcNow);
        fal.ClearFaults();

        var late = await new JobWaiter(session).WaitAsync(session.Store.FindByAnyId(found)!, null, CancellationToken.None);
        Assert.Equal((LipSyncJobState.Completed, true, LipSyncBilled.Yes), (late.State, late.IsLate, late.Billed));
        Assert.Equal(LipSyncJobState.Unconfirmed, session.Store.Find(late.Id)!.State);
    }

    private async Task<(Doubt One, Doubt Two)> LoseTwiceAsync(EmulatorServer fal, LipSyncSession session)
    {
        fal.AddFaults(LostAnswer, HistoryDown);
        await RunAsync(session, [Pair("a")]);
        var one = Assert.Single(session.Store.Doubts(session.BudgetScope));
        Assert.True(session.Store.WriteAbsent(one));
        fal.AddFaults(LostRequest, HistoryDown, HistoryDown, HistoryDown);
        await RunAsync(session, [Pair("a")]);
        return (one, session.Store.Doubts(session.BudgetScope).Single(d => !d.IsAbsent));
    }

    private static JobAddress Address(LipSyncSession session, string request)
    {
        var urls = FalClient.UrlsFor(session.Endpoint, LipSyncModel.EndpointId, request);
        return new JobAddress(urls.Status.AbsoluteUri, urls.Response.AbsoluteUri, urls.Cancel.AbsoluteUri);
    }
}
