using System.Security.Cryptography;
using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Results;
using KlingLipSync.Tests.Unit.Fal;
using KlingLipSync.Tests.Unit.Media;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>What tests of the runner share: real files, a store of their own, and a batch that is run to its end.</summary>
public abstract class BatchScene : IDisposable
{
    private protected readonly Scratch scratch = new();
    private protected readonly HurriedTime time = new();

    public void Dispose()
    {
        scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static Task<EmulatorServer> StartAsync() => EmulatorServer.StartAsync(EmulatorOptions.Instant);

    private protected LipSyncSession Session(EmulatorServer fal, TimeSpan? horizon = null) =>
        new(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), time, () => 0.5, horizon);

    private protected SaveTarget Target(string folder) => new(scratch.File(folder), NameTemplate.Parse(null), Overwrite: false);

    private protected PlannedPair Pair(string name)
    {
        var seed = name.Sum(c => c);
        var video = scratch.File(name + ".mp4");
        var audio = scratch.File(name + ".wav");
        if (!File.Exists(video))
        {
            File.WriteAllBytes(video, TestMedia.Mp4(seconds: 4, width: 1280, height: 720, seed: seed));
            File.WriteAllBytes(audio, TestMedia.Wav(seconds: 3, seed: seed));
        }

        return new PlannedPair
        {
            Input = new LipSyncInput { VideoPath = video, AudioPath = [audio] },
            Video = MediaInput.File(video),
            Audio = MediaInput.File(audio),
            Target = Target("out"),
        };
    }

    private protected static async Task<List<BatchOutcome>> RunAsync(LipSyncSession session, IReadOnlyList<PlannedPair> pairs, BatchOptions? options = null) =>
        (await RunBatchAsync(session, pairs, options)).Outcomes;

    private protected static async Task<(List<BatchOutcome> Outcomes, LipSyncException? Stopped)> RunBatchAsync(
        LipSyncSession session, IReadOnlyList<PlannedPair> pairs, BatchOptions? options)
    {
        await using var run = Run.Begin(session.Store, session.Time, "test");
        var batch = new Batch(session, options ?? new BatchOptions(), run);
        var working = batch.RunAsync(pairs, CancellationToken.None);
        var outcomes = new List<BatchOutcome>();
        await foreach (var outcome in batch.Outcomes.ReadAllAsync())
        {
            outcomes.Add(outcome);
        }

        await working;
        return (outcomes, batch.Stopped);
    }

    private protected static void AssertFilesMatch(LedgerSnapshot ledger, List<BatchOutcome> outcomes, EmulatorServer? fal = null)
    {
        ledger = fal?.Ledger() ?? ledger;
        foreach (var job in outcomes.Select(o => o.Job!))
        {
            var served = ledger.Requests.Single(r => r.RequestId == job.RequestId).OutputSha256;
            Assert.Equal(served, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(job.OutputPath!))));
        }
    }
}
