using KlingLipSync.Jobs;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>How long a job and a batch have to go.</summary>
public class TimeLeftTests
{
    private static readonly TimeLeft TwoMinutes = new(S(120)), Unknown = new(null);

    [Fact]
    public void A_job_has_to_go_what_others_took_less_what_it_has_waited()
    {
        Assert.Equal(S(90), TwoMinutes.OfJob(S(30)));
        Assert.Equal(S(120), TwoMinutes.OfJob(S(0)));
    }

    [Fact]
    public void Of_a_job_that_takes_longer_than_others_nothing_is_known()
    {
        Assert.Null(TwoMinutes.OfJob(S(120)));
        Assert.Null(TwoMinutes.OfJob(S(500)));
        Assert.Null(Unknown.OfJob(S(0)));
    }

    [Theory]
    [InlineData(8, 0, 0, 120)] // One round.
    [InlineData(9, 0, 0, 240)] // Two, the second with one pair.
    [InlineData(100, 0, 30, 13 * 120 - 30)]
    [InlineData(97, 3, 130, 13 * 120 - 130)] // A round is not whole yet, so that its pace tells nothing.
    public void At_first_a_batch_goes_by_what_is_usual(int left, int worked, double elapsed, double expected) =>
        Assert.Equal(S(expected), TwoMinutes.OfBatch(new BatchPace(left, worked, 8, S(elapsed), S(elapsed))));

    [Theory]
    [InlineData(92, 8, 60, 60, 690)] // 8 in a minute.
    [InlineData(92, 8, 80, 60, 670)] // The next ones are 20 s nearer.
    [InlineData(50, 50, 500, 500, 500)]
    public void Later_it_goes_by_its_own_pace(int left, int worked, double elapsed, double lastDone, double expected)
    {
        var pace = new BatchPace(left, worked, 8, S(elapsed), S(lastDone));
        Assert.Equal(S(expected), TwoMinutes.OfBatch(pace));
        Assert.Equal(S(expected), Unknown.OfBatch(pace));
    }

    [Fact]
    public void Nothing_is_said_where_nothing_is_known_or_all_is_done_or_it_takes_too_long()
    {
        Assert.Null(Unknown.OfBatch(new BatchPace(100, 7, 8, S(60), S(60))));
        Assert.Null(TwoMinutes.OfBatch(new BatchPace(0, 100, 8, S(60), S(60))));
        Assert.Null(TwoMinutes.OfBatch(new BatchPace(4, 0, 8, S(121), S(0))));
        Assert.Null(TwoMinutes.OfBatch(new BatchPace(1, 9, 8, S(200), S(90))));
    }

    [Fact]
    public void A_rate_follows_what_is_transferred_and_starts_and_ends_with_nothing()
    {
        var rate = new TransferRate();
        rate.Add(0, S(1));
        Assert.Null(rate.BytesPerSecond);
        rate.Add(500, S(0.5));
        Assert.Equal(1000, rate.BytesPerSecond);
        rate.Add(2000, S(1));
        Assert.InRange(rate.BytesPerSecond!.Value, 1001, 1999);
        rate.Add(1_000_000, TimeSpan.Zero);
        Assert.InRange(rate.BytesPerSecond!.Value, 1001, 1999);
        for (var n = 0; n < 40; n++)
        {
            rate.Add(0, S(0.5));
        }

        Assert.Null(rate.BytesPerSecond);
    }

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);
}
