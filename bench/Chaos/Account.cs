using KlingLipSync.Emulator;

namespace KlingLipSync.Bench.Chaos;

/// <summary>The account at fal, which may be locked for a while when half of the jobs are in.</summary>
internal sealed class Account(ChaosOptions options, EmulatorServer fal, TextWriter log)
{
    /// <summary>How long it stays locked.</summary>
    public static readonly TimeSpan LockedFor = TimeSpan.FromSeconds(8);

    private volatile bool isLocked;

    /// <summary>Waits for the top-up, where one is needed.</summary>
    public async Task UnlockedAsync()
    {
        while (isLocked)
        {
            await Task.Delay(50);
        }
    }

    /// <summary>Locks and unlocks it once, where the scenario is that.</summary>
    public async Task LockMidwayAsync(CancellationToken ended)
    {
        if (options.Scenario != Scenario.Locked)
        {
            return;
        }

        try
        {
            while (fal.Ledger().Requests.Count < options.Jobs / 2)
            {
                await Task.Delay(50, ended);
            }

            isLocked = true;
            fal.Lock();
            await log.WriteLineAsync("  the account is locked");
            await Task.Delay(LockedFor, ended);
            await log.WriteLineAsync("  the account is unlocked");
        }
        catch (OperationCanceledException)
        {
            // It ended before.
        }

        fal.Unlock();
        isLocked = false;
    }
}
