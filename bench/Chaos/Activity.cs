using KlingLipSync.Emulator;

namespace KlingLipSync.Bench.Chaos;

/// <summary>Counts what reaches the emulator from one moment on.</summary>
internal sealed class Activity(EmulatorServer fal)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(15);

    private readonly long start = Hits(fal);

    /// <summary>Waits for the first hit and so many more.</summary>
    /// <returns>False when the process ended first.</returns>
    public async Task<bool> ComesToAsync(int more, Worker worker)
    {
        while (Hits(fal) - start <= more)
        {
            if (worker.HasExited)
            {
                return false;
            }

            await Task.Delay(Look);
        }

        return true;
    }

    private static long Hits(EmulatorServer fal) => fal.Ledger().Counts.Values.Sum();
}
