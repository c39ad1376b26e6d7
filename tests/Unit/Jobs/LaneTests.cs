using KlingLipSync.Jobs;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>A lane lets in so many and no more, the nearest deadline first.</summary>
public sealed class LaneTests
{
    private readonly List<string> entered = [];

    [Fact]
    public async Task No_more_are_in_than_there_are_places()
    {
        var lane = new Lane(3);
        var (inside, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => lane.RunAsync(null, async () =>
        {
            var now = Interlocked.Increment(ref inside);
            for (var seen = most; now > seen; seen = most)
            {
                Interlocked.CompareExchange(ref most, now, seen);
            }

            await Task.Yield();
            Interlocked.Decrement(ref inside);
            return true;
        }, CancellationToken.None))));
        Assert.Equal(0, inside);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task The_nearest_deadline_goes_first_and_equals_go_as_they_came()
    {
        var lane = new Lane(1);
        var first = new TaskCompletionSource();
        var holding = Enter(lane, "first", null, first.Task);
        var now = DateTimeOffset.UnixEpoch;
        List<Task> others =
        [
            Enter(lane, "no hurry", null), Enter(lane, "no hurry either", null), Enter(lane, "tomorrow", now.AddDays(1)), Enter(lane, "now", now),
        ];
        first.SetResult();
        await Task.WhenAll([holding, .. others]);
        Assert.Equal(["first", "now", "tomorrow", "no hurry", "no hurry either"], entered);
    }

    [Fact]
    public async Task Who_stops_waiting_takes_no_place()
    {
        var lane = new Lane(1);
        var first = new TaskCompletionSource();
        var holding = Enter(lane, "first", null, first.Task);
        using var stop = new CancellationTokenSource();
        var leaving = Enter(lane, "leaving", DateTimeOffset.UnixEpoch, ct: stop.Token);
        var staying = Enter(lane, "staying", null);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        first.SetResult();
        await Task.WhenAll(holding, staying);
        await Enter(lane, "later", null);
        Assert.Equal(["first", "staying", "later"], entered);
    }

    [Fact]
    public async Task Work_that_fails_leaves_its_place()
    {
        var lane = new Lane(1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => lane.RunAsync<bool>(null, () => throw new InvalidOperationException(), CancellationToken.None));
        await Enter(lane, "next", null);
        Assert.Equal(["next"], entered);
    }

    private Task Enter(Lane lane, string name, DateTimeOffset? deadline, Task? until = null, CancellationToken ct = default) => lane.RunAsync(deadline, async () =>
    {
        lock (entered)
        {
            entered.Add(name);
        }

        await (until ?? Task.CompletedTask);
        return true;
    }, ct);
}
