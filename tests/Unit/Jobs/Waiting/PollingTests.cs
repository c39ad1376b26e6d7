using System.Diagnostics;
using KlingLipSync.Emulator;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Waiting;
using KlingLipSync.Tests.Unit.Fal;

namespace KlingLipSync.Tests.Unit.Jobs.Waiting;

/// <summary>The looks at jobs without a stream, by the requests that the emulator counted.</summary>
public sealed class PollingTests : WaitingScene
{
    private static readonly TimeSpan OfficialPause = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task A_job_costs_no_more_looks_than_with_fals_own_client()
    {
        await using var fal = await EmulatorServer.StartAsync(Running with { RunTime = TimeSpan.FromSeconds(6), Streaming = false });
        using var session = Session(fal, TimeProvider.System);
        var jobs = await AcceptedAsync(session, 4);
        var before = fal.Ledger().Hits(EmulatorRoute.Status);
        var watch = Stopwatch.StartNew();

        AssertCompleted(await WaitAsync(session, jobs));

        // Its own client asks at once and every half second from then on.
        var most = jobs.Length * (1 + (int)(watch.Elapsed / OfficialPause));
        Assert.InRange(fal.Ledger().Hits(EmulatorRoute.Status) - before, jobs.Length, most);
        Assert.Equal(jobs.Length, fal.Ledger().Hits(EmulatorRoute.Result));
    }

    [Theory]
    [InlineData(0, null, 0.5)]
    [InlineData(4, null, 0.5)]
    [InlineData(8, null, 1)]
    [InlineData(40, null, 5)]
    [InlineData(3600, null, 5)]
    [InlineData(-5, null, 0.5)]
    [InlineData(8, 9000, 1)]
    [InlineData(3600, 0, 5)]
    [InlineData(3600, 20, 7)]
    [InlineData(3600, 9000, 15)]
    public void The_older_a_job_and_the_farther_back_the_longer_the_pause(double standing, int? ahead, double pause) =>
        Assert.Equal(TimeSpan.FromSeconds(pause), PollPace.After(TimeSpan.FromSeconds(standing), ahead));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(120)]
    [InlineData(3600)]
    public void A_job_of_any_length_is_noticed_within_an_eighth_of_it_and_costs_no_more_looks(double seconds)
    {
        foreach (var jitter in new[] { 1, 1.125, 1.25 })
        {
            var (length, looks, at) = (TimeSpan.FromSeconds(seconds), 1, TimeSpan.Zero);
            while (at < length)
            {
                at += PollPace.After(at, null) * jitter;
                looks++;
            }

            Assert.InRange(looks, 2, 1 + (int)Math.Ceiling(length / OfficialPause));
            Assert.InRange(at - length, TimeSpan.Zero, (length / 8 > OfficialPause ? length / 8 : OfficialPause) * jitter);
        }
    }

    [Fact]
    public async Task A_429_holds_back_the_looks_at_all_jobs_for_as_long_as_it_says()
    {
        await using var fal = await EmulatorServer.StartAsync(Running with { Streaming = false });
        using var session = Session(fal, new HurriedTime());
        var jobs = await AcceptedAsync(session, 40);
        var clock = new HurriedTime();
        using var waiting = Session(fal, clock);
        var before = fal.Ledger().Hits(EmulatorRoute.Status);
        fal.AddFaults(new Fault(EmulatorRoute.Status, FaultKind.Status) { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "20" } });

        AssertCompleted(await WaitAsync(waiting, jobs));

        // At least one wait for whatever was not out by then, and nobody asked sooner than at the pace.
        Assert.Contains(clock.Waits, wait => wait.TotalSeconds is > 19.5 and <= 25);
        Assert.InRange(fal.Ledger().Hits(EmulatorRoute.Status) - before, jobs.Length + 1, 2 * jobs.Length);
    }

    [Fact]
    public async Task A_429_without_a_time_holds_back_longer_each_time()
    {
        await using var fal = await EmulatorServer.StartAsync(Running with { Streaming = false });
        var clock = new HurriedTime();
        using var session = Session(fal, clock);
        var jobs = await AcceptedAsync(session, 1);
        var before = clock.Waits.Length;
        fal.AddFaults(new Fault(EmulatorRoute.Status, FaultKind.Status) { Status = 429, Times = 4 });

        AssertCompleted(await WaitAsync(session, jobs));

        var waits = clock.Waits.Skip(before).Select(wait => wait.TotalSeconds).ToArray();
        Assert.Equal(4, waits.Length);
        Assert.All(waits.Zip([0.5, 1, 2, 4]), pair => Assert.InRange(pair.First, pair.Second * 0.9, pair.Second * 1.3));
    }

    public static TheoryData<int, string?> Faults => new() { { 401, """{"detail":"no"}""" }, { 403, """{"detail":"User is locked"}""" }, { 500, null }, { 503, "<html></html>" }, { 200, "<html></html>" } };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task No_failure_of_a_look_ends_a_job_and_the_looks_grow_rarer(int status, string? body)
    {
        await using var fal = await EmulatorServer.StartAsync(Running with { Streaming = false });
        var clock = new HurriedTime();
        using var session = Session(fal, clock);
        var jobs = await AcceptedAsync(session, 1);
        var before = clock.Waits.Length;
        fal.AddFaults(new Fault(EmulatorRoute.Status, FaultKind.Status) { Status = status, Body = body, Times = 5 });

        AssertCompleted(await WaitAsync(session, jobs));

        var waits = clock.Waits.Skip(before).Select(wait => wait.TotalSeconds).ToArray();
        Assert.Equal(5, waits.Length);
        Assert.All(waits.Zip([0.5, 1, 2, 4, 8]), pair => Assert.InRange(pair.First, pair.Second * 0.9, pair.Second * 1.3));
    }

    [Fact]
    public async Task What_waits_longest_comes_first_and_so_many_are_out()
    {
        await using var server = new WireServer(_ => new WireAnswer { Silent = true });
        using var client = Wire.Client(server, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        using var polls = new StatusPolls(client, TimeProvider.System, () => 0.5);
        var url = Wire.Urls(client).Status;

        // Asked for from the last to the first; all due long ago by the time that there is a place.
        var asked = Enumerable.Range(0, 60).Reverse().Select(n => polls.AskAsync(new Uri($"{url}?n={n}"), TimeSpan.FromMilliseconds(300 + (10 * n)), stop.Token)).ToArray();
        await Until(() => server.Requests.Length >= StatusPolls.MostAtOnce);
        await Task.Delay(1500);

        Assert.Equal(Enumerable.Range(0, StatusPolls.MostAtOnce).Select(n => $"n={n}").Order(), server.Requests.Select(r => r.Target.Split('?')[1]).Order());
        await stop.CancelAsync();
        foreach (var one in asked)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }
    }

    [Fact]
    public async Task Whoever_left_is_not_asked_for()
    {
        await using var server = WireServer.InTurn(WireAnswer.Json(202, Wire.Status("IN_QUEUE")));
        using var client = Wire.Client(server, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        using var polls = new StatusPolls(client, TimeProvider.System, () => 0.5);
        var url = Wire.Urls(client).Status;

        var left = polls.AskAsync(new Uri(url + "?left"), TimeSpan.FromMilliseconds(200), stop.Token);
        var stays = polls.AskAsync(new Uri(url + "?stays"), TimeSpan.FromMilliseconds(400), CancellationToken.None);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await stays;
        Assert.EndsWith("?stays", Assert.Single(server.Requests).Target, StringComparison.Ordinal);
    }
}
