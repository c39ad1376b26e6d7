using KlingLipSync.Fal;

namespace KlingLipSync.Tests.Unit.Fal;

/// <summary>fal's time, carried on by two clocks of which either may be wrong.</summary>
public sealed class FalClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TwoClocks time = new() { Day = Noon };

    [Fact]
    public void Without_an_answer_it_is_our_own()
    {
        Assert.Equal(new FalMoment(Noon, Noon), new FalClock(time).Moment);
        Assert.Equal(TimeSpan.Zero, new FalClock(time).Offset);
    }

    [Fact]
    public void While_nobody_touches_our_clocks_it_is_exact()
    {
        var clock = Heard(Noon.AddMinutes(7));
        time.Day += TimeSpan.FromSeconds(30);
        time.Ticks += TimeSpan.FromSeconds(30);
        Assert.Equal(new FalMoment(Noon.AddMinutes(7.5), Noon.AddMinutes(7.5)), clock.Moment);
        Assert.Equal(TimeSpan.FromMinutes(7), clock.Offset);
    }

    [Theory]
    [InlineData(-24)]
    [InlineData(24)]
    public void A_clock_that_was_set_moves_one_end_only(int hours)
    {
        var clock = Heard(Noon);
        time.Day += TimeSpan.FromHours(hours) + TimeSpan.FromSeconds(10);
        time.Ticks += TimeSpan.FromSeconds(10);
        var real = Noon.AddSeconds(10);
        Assert.Equal(hours < 0 ? new FalMoment(real.AddHours(hours), real) : new FalMoment(real, real.AddHours(hours)), clock.Moment);
    }

    [Fact]
    public void A_machine_that_slept_moves_one_end_only()
    {
        var clock = Heard(Noon);
        time.Day += TimeSpan.FromHours(8);
        time.Ticks += TimeSpan.FromSeconds(1);
        Assert.Equal(new FalMoment(Noon.AddSeconds(1), Noon.AddHours(8)), clock.Moment);
    }

    private FalClock Heard(DateTimeOffset theirs)
    {
        var clock = new FalClock(time);
        clock.Hear(theirs);
        return clock;
    }

    private sealed class TwoClocks : TimeProvider
    {
        public DateTimeOffset Day { get; set; }

        public TimeSpan Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Day;

        public override long GetTimestamp() => Ticks.Ticks;
    }
}
