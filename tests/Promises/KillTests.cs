using KlingLipSync.Bench.Chaos;

namespace KlingLipSync.Tests.Promises;

/// <summary>Nothing is paid twice and nothing paid is lost, although processes are killed and every route fails now and then.</summary>
public sealed class KillTests
{
    [Fact]
    public async Task Killed_at_each_boundary_and_at_random()
    {
        var verdict = await Judgement.CleanAsync(new ChaosOptions { Seed = 1, Jobs = 24, Kills = 2, Throttle = 4, Second = false, Rival = false, Shell = "host" });

        Assert.InRange(verdict.Killed, 4, 7);
    }
}
