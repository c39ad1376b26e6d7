using KlingLipSync.Bench.Chaos;

namespace KlingLipSync.Tests.Promises;

/// <summary>The same with a second process over the same pairs that is stopped for a while, once between its intent and its POST.</summary>
public sealed class PauseTests
{
    [Fact]
    public async Task Stopped_in_the_middle_and_between_intent_and_POST()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGSTOP.");
        var verdict = await Judgement.CleanAsync(new ChaosOptions { Seed = 2, Jobs = 20, Kills = 0, Throttle = 3, Rival = false, Shell = "host" });

        Assert.InRange(verdict.Stopped, 1, 2);
    }
}
