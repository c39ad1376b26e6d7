using System.Diagnostics;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;

namespace KlingLipSync.Bench.Waiting;

/// <summary>What so many jobs cost this process while they wait at fal.</summary>
/// <param name="Jobs">How many wait.</param>
/// <param name="Streams">How many streams were asked for.</param>
/// <param name="HeapBytes">The managed heap's growth a job.</param>
/// <param name="ProcessBytes">The process's growth a job, sockets' buffers included.</param>
/// <param name="Threads">How many threads came to be.</param>
/// <param name="Processor">Processor time over the time that passed.</param>
/// <param name="LooksPerSecond">Status requests a second.</param>
internal sealed record Measurement(int Jobs, int Streams, double HeapBytes, double ProcessBytes, int Threads, double Processor, double LooksPerSecond)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20), Window = TimeSpan.FromSeconds(20);

    public static async Task<Measurement> TakeAsync(int jobs, bool streaming)
    {
        using var fal = new EmulatorProcess("--queue-seconds", "0", "--run-seconds", "600", "--concurrency", "100000", "--stream", streaming ? "on" : "off");
        var folder = Directory.CreateTempSubdirectory("klinglipsync-").FullName;
        try
        {
            using var session = new LipSyncSession(FalEndpoint.Parse(fal.Url), FalCredential.Parse("demo:demo"), folder);
            var accepted = await AcceptAsync(session, jobs);
            using var process = Process.GetCurrentProcess();
            var (heap, bytes, threads) = Now(process);

            using var stop = new CancellationTokenSource();
            var waiter = new JobWaiter(session);
            var waiting = accepted.ConvertAll(job => waiter.WaitAsync(job, null, stop.Token));
            await Task.Delay(Settling);
            var looks = await fal.HitsAsync("status");
            process.Refresh();
            var (processor, watch) = (process.TotalProcessorTime, Stopwatch.StartNew());
            await Task.Delay(Window);
            process.Refresh();
            var (worked, passed) = (process.TotalProcessorTime - processor, watch.Elapsed);
            var asked = await fal.HitsAsync("status") - looks;
            var (heapThen, bytesThen, threadsThen) = Now(process);
            var streams = await fal.HitsAsync("stream");

            await stop.CancelAsync();
            await Task.WhenAll(waiting).ContinueWith(_ => { }, TaskScheduler.Default);
            return new Measurement(jobs, streams, (double)(heapThen - heap) / jobs, (double)(bytesThen - bytes) / jobs, threadsThen - threads, worked / passed, asked / passed.TotalSeconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (long Heap, long Bytes, int Threads) Now(Process process)
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        process.Refresh();
        return (heap, process.WorkingSet64, process.Threads.Count);
    }

    private static async Task<List<LipSyncJob>> AcceptAsync(LipSyncSession session, int jobs)
    {
        await using var run = Run.Begin(session.Store, session.Time, "bench");
        var batch = new Batch(session, new BatchOptions { NoWait = true, ThrottleLimit = 64 }, run);
        var working = batch.RunAsync([.. Enumerable.Range(0, jobs).Select(Pair)], CancellationToken.None);
        var accepted = new List<LipSyncJob>();
        await foreach (var outcome in batch.Outcomes.ReadAllAsync())
        {
            accepted.Add(outcome.Error is { } error ? throw error : outcome.Job!);
        }

        await working;
        return accepted;
    }

    private static PlannedPair Pair(int n)
    {
        var (video, audio) = ($"https://example.com/{n}.mp4", $"https://example.com/{n}.wav");
        return new PlannedPair
        {
            Input = new LipSyncInput { VideoUrl = video, AudioUrl = audio },
            Video = MediaInput.FromUrl(video, allowLocal: false),
            Audio = MediaInput.FromUrl(audio, allowLocal: false),
        };
    }
}
