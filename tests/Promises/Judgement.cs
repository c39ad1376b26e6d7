using KlingLipSync.Bench.Chaos;

namespace KlingLipSync.Tests.Promises;

/// <summary>One short run of the harness that must find nothing.</summary>
internal static class Judgement
{
    public static async Task<Verdict> CleanAsync(ChaosOptions options)
    {
        using var log = new StringWriter();
        var verdict = await ChaosRun.ModuleAsync(options, TextWriter.Synchronized(log));
        Assert.True(verdict.IsClean, $"{string.Join('\n', verdict.Findings)}\nTo be had again by: {options.Replay}\n{log}");
        return verdict;
    }
}
