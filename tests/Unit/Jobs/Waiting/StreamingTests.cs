using KlingLipSync.Emulator;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Waiting;

namespace KlingLipSync.Tests.Unit.Jobs.Waiting;

/// <summary>Streams that keep, break and are refused, by the requests that the emulator counted.</summary>
public sealed class StreamingTests : WaitingScene
{
    [Fact]
    public async Task A_stream_needs_no_look()
    {
        await using var fal = await EmulatorServer.StartAsync(Running with { RunTime = TimeSpan.FromMilliseconds(600), StreamKeepAlive = TimeSpan.FromMilliseconds(50) });
        using var session = Session(fal, TimeProvider.System);
        var jobs = await AcceptedAsync(session, 5);
        var before = fal.Ledger().Hits(EmulatorRoute.Status);

        AssertCompleted(await WaitAsync(session, jobs));

        Assert.Equal((5, 0, 5), (fal.Ledger().Hits(EmulatorRoute.Stream), fal.Ledger().Hits(EmulatorRoute.Status) - before, fal.Ledger().Hits(EmulatorRoute.Result)));
    }

    public static TheoryData<FaultKind> Cuts => [FaultKind.CloseStream, FaultKind.Truncate, FaultKind.ResetAfterAccept];

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task A_stream_that_is_cut_is_followed_by_a_look_at_once_and_another_stream_after_the_next(FaultKind cut)
    {
        await using var fal = await EmulatorServer.StartAsync(Held);
        using var session = Session(fal, TimeProvider.System);
        var jobs = await AcceptedAsync(session, 1);
        var before = fal.Ledger().Hits(EmulatorRoute.Status);
        fal.AddFaults(new Fault(EmulatorRoute.Stream, cut) { Bytes = 20 });

        var waiting = WaitAsync(session, jobs);
        await Until(() => fal.Ledger().Hits(EmulatorRoute.Stream) == 2);
        AssertCompleted(await ReleaseAsync(waiting));

        Assert.Equal((2, 2, 1), (fal.Ledger().Hits(EmulatorRoute.Stream), fal.Ledger().Hits(EmulatorRoute.Status) - before, fal.Ledger().Hits(EmulatorRoute.Result)));
    }

    public static TheoryData<int, string?> Refusals => new() { { 404, """{"detail":"Not Found"}""" }, { 503, null }, { 403, """{"detail":"no"}""" }, { 200, """{"status":"IN_QUEUE"}""" }, { 200, "<html></html>" } };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_server_that_refuses_streams_is_asked_for_three(int status, string? body)
    {
        await using var fal = await EmulatorServer.StartAsync(Running);
        using var session = Session(fal, TimeProvider.System);
        var jobs = await AcceptedAsync(session, 6);
        fal.AddFaults(new Fault(EmulatorRoute.Stream, FaultKind.Status) { Status = status, Body = body, Times = 0 });

        foreach (var job in jobs)
        {
            AssertCompleted(await WaitAsync(session, job));
        }

        Assert.Equal(StatusStreams.MostFailures, fal.Ledger().Hits(EmulatorRoute.Stream));
        Assert.Equal(6, fal.Ledger().Hits(EmulatorRoute.Result));
    }

    [Fact]
    public async Task So_is_one_that_closes_every_stream()
    {
        await using var fal = await EmulatorServer.StartAsync(Held);
        using var session = Session(fal, TimeProvider.System);
        var jobs = await AcceptedAsync(session, 1);
        fal.AddFaults(new Fault(EmulatorRoute.Stream, FaultKind.CloseStream) { Times = 0 });
        var before = fal.Ledger().Hits(EmulatorRoute.Status);

        // A look after each of the three, one more between them, and then the looks that follow alone.
        var waiting = WaitAsync(session, jobs);
        await Until(() => fal.Ledger().Hits(EmulatorRoute.Status) - before >= 9);
        AssertCompleted(await ReleaseAsync(waiting));

        Assert.Equal(StatusStreams.MostFailures, fal.Ledger().Hits(EmulatorRoute.Stream));
    }

    [Fact]
    public async Task Streams_that_one_event_cuts_are_one_failure_and_a_whole_one_makes_good()
    {
        var streams = new StatusStreams(TimeProvider.System);
        var opened = TimeProvider.System.GetTimestamp();
        Assert.All(Enumerable.Range(0, 20), _ => Assert.True(streams.TryOpen()));
        await Task.Delay(2);
        for (var n = 0; n < 20; n++)
        {
            streams.Close(opened, StreamEnd.Cut);
        }

        foreach (var end in new[] { StreamEnd.Refused, StreamEnd.Left, StreamEnd.Whole, StreamEnd.Refused, StreamEnd.Cut })
        {
            Assert.True(streams.TryOpen());
            streams.Close(TimeProvider.System.GetTimestamp(), end);
        }

        Assert.True(streams.TryOpen());
        streams.Close(TimeProvider.System.GetTimestamp(), StreamEnd.Refused);
        Assert.False(streams.TryOpen());
    }

    [Fact]
    public void A_stream_that_lived_long_and_was_cut_is_no_failure()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var streams = new StatusStreams(time);
        for (var n = 0; n < 2 * StatusStreams.MostFailures; n++)
        {
            Assert.True(streams.TryOpen());
            var opened = time.GetTimestamp();
            time.Advance(TimeSpan.FromSeconds(31));
            streams.Close(opened, StreamEnd.Cut);
        }
    }

    [Fact]
    public async Task A_mix_of_cut_refused_and_whole_streams_brings_every_job_to_its_end()
    {
        await using var fal = await EmulatorServer.StartAsync(Running with { RunTime = TimeSpan.FromSeconds(2), QueueTime = TimeSpan.FromMilliseconds(500) });
        using var session = Session(fal, TimeProvider.System);
        var jobs = await AcceptedAsync(session, 60);
        fal.AddFaults(
            new Fault(EmulatorRoute.Stream, FaultKind.CloseStream) { Times = 20, Rate = 0.3, Seed = 1 },
            new Fault(EmulatorRoute.Stream, FaultKind.Status) { Times = 2, Rate = 0.3, Seed = 2 },
            new Fault(EmulatorRoute.Stream, FaultKind.Truncate) { Times = 20, Bytes = 300, Rate = 0.5, Seed = 3 },
            new Fault(EmulatorRoute.Status, FaultKind.Status) { Times = 10, Rate = 0.3, Seed = 4 },
            new Fault(EmulatorRoute.Status, FaultKind.ResetAfterAccept) { Times = 10, Rate = 0.3, Seed = 5 },
            new Fault(EmulatorRoute.Result, FaultKind.ResetAfterAccept) { Times = 10, Rate = 0.3, Seed = 6 });

        AssertCompleted(await WaitAsync(session, jobs));
    }
}
