using KlingLipSync.Emulator;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Media;
using KlingLipSync.Tests.Unit.Fal;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Jobs.Waiting;

/// <summary>What tests of waiting share: jobs that fal has accepted, and a session on the real clock.</summary>
public abstract class WaitingScene : BatchScene
{
    private protected static readonly EmulatorOptions Running = EmulatorOptions.Instant with { Concurrency = 2000 };

    /// <summary>The clock of jobs that run only while a test lets it run.</summary>
    private protected readonly FakeTimeProvider stages = new(DateTimeOffset.UtcNow);

    private protected EmulatorOptions Held => Running with { RunTime = 4 * Stage, Clock = stages };

    private protected static TimeSpan Stage => TimeSpan.FromSeconds(1);

    /// <summary>Lets held jobs run to their ends.</summary>
    private protected async Task<T> ReleaseAsync<T>(Task<T> waiting)
    {
        while (!waiting.IsCompleted)
        {
            stages.Advance(Stage);
            await Task.Delay(20);
        }

        return await waiting;
    }

    private protected LipSyncSession Session(EmulatorServer fal, TimeProvider clock) =>
        new(FalEndpoint.Parse(fal.Url.AbsoluteUri), FalCredential.Parse("demo:demo"), scratch.File("store"), clock, () => 0.5);

    /// <summary>Jobs of files that are on the web, so that nothing is uploaded.</summary>
    private protected static async Task<LipSyncJob[]> AcceptedAsync(LipSyncSession session, int count)
    {
        var pairs = Enumerable.Range(0, count).Select(n =>
        {
            var (video, audio) = ($"https://example.com/{n}.mp4", $"https://example.com/{n}.wav");
            return new PlannedPair
            {
                Input = new LipSyncInput { VideoUrl = video, AudioUrl = audio },
                Video = MediaInput.FromUrl(video, allowLocal: false),
                Audio = MediaInput.FromUrl(audio, allowLocal: false),
            };
        });
        var outcomes = await RunAsync(session, [.. pairs], new BatchOptions { NoWait = true, ThrottleLimit = 64 });
        Assert.All(outcomes, o => Assert.Null(o.Error));
        return [.. outcomes.Select(o => o.Job!)];
    }

    private protected static Task<LipSyncJob[]> WaitAsync(LipSyncSession session, params LipSyncJob[] jobs)
    {
        var waiter = new JobWaiter(session);
        return Task.WhenAll(jobs.Select(job => waiter.WaitAsync(job, null, CancellationToken.None)));
    }

    /// <summary>An accepted job that the store does not know, of a request that a server made by hand answers for.</summary>
    private protected static LipSyncJob Unknown(LipSyncSession session)
    {
        var urls = FalClient.UrlsFor(session.Endpoint, LipSyncModel.EndpointId, Wire.RequestId);
        return new LipSyncJob
        {
            Id = "job",
            RequestId = Wire.RequestId,
            Endpoint = session.Endpoint.Name,
            KeyId = session.Account,
            State = LipSyncJobState.Queued,
            SubmittedAt = session.Time.GetUtcNow(),
            Attempt = 1,
            Address = new JobAddress(urls.Status.AbsoluteUri, urls.Response.AbsoluteUri, urls.Cancel.AbsoluteUri),
        };
    }

    /// <summary>Waits for something to be seen. That it never comes is a failure; how long it takes is not.</summary>
    private protected static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }

    private protected static void AssertCompleted(IEnumerable<LipSyncJob> jobs) => Assert.All(jobs, job => Assert.Equal(LipSyncJobState.Completed, job.State));
}
