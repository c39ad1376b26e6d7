using System.Diagnostics;
using KlingLipSync.Emulator;
using KlingLipSync.Jobs.Waiting;
using KlingLipSync.Tests.Unit.Fal;

namespace KlingLipSync.Tests.Unit.Jobs.Waiting;

/// <summary>A thousand jobs waited for at once.</summary>
[Collection(nameof(Alone))]
public sealed class ThousandJobsTests : WaitingScene
{
    private const int Count = 1000;

    [Fact]
    public async Task End_all_with_few_threads_and_no_more_streams_than_there_are_places()
    {
        await using var fal = await EmulatorServer.StartAsync(Held);
        using var session = Session(fal, TimeProvider.System);
        var jobs = await AcceptedAsync(session, Count);
        var (threads, looks) = (Threads(), fal.Ledger().Hits(EmulatorRoute.Status));

        var waiting = WaitAsync(session, jobs);
        await Until(() => fal.Ledger().Hits(EmulatorRoute.Status) - looks >= Count - StatusStreams.MostAtOnce);

        // Nothing has ended yet, so that no place has become free.
        Assert.Equal(0, fal.Ledger().Hits(EmulatorRoute.Result));
        await Until(() => fal.Ledger().Hits(EmulatorRoute.Stream) >= StatusStreams.MostAtOnce);
        Assert.Equal(StatusStreams.MostAtOnce, fal.Ledger().Hits(EmulatorRoute.Stream));
        Assert.InRange(Threads() - threads, -1000, 50);
        AssertCompleted(await ReleaseAsync(waiting));
        Assert.InRange(Threads() - threads, -1000, 50);
        Assert.Equal(Count, fal.Ledger().Hits(EmulatorRoute.Result));
    }

    private static int Threads()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }
}
