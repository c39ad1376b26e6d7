using System.Text;
using KlingLipSync.Fal;
using KlingLipSync.Jobs;
using KlingLipSync.Tests.Unit.Fal;
using Microsoft.Extensions.Time.Testing;

namespace KlingLipSync.Tests.Unit.Jobs.Waiting;

/// <summary>A stream that something between us and fal keeps alive, and that tells nothing more.</summary>
public sealed class SilentStreamTests : WaitingScene
{
    [Fact]
    public async Task Is_doubted_after_five_minutes_however_alive_it_seems()
    {
        var go = new SemaphoreSlim(0);
        await using var server = new WireServer(request => request.Target.EndsWith("/stream", StringComparison.Ordinal)
            ? new WireAnswer
            {
                ContentType = "text/event-stream",
                Write = async (stream, ct) =>
                {
                    await stream.WriteAsync(Encoding.UTF8.GetBytes("data: " + Wire.Status("IN_PROGRESS") + "\n\n"), ct);
                    while (true)
                    {
                        await go.WaitAsync(ct);
                        await stream.WriteAsync(": still here\n\n"u8.ToArray(), ct);
                    }
                },
            }
            : WireAnswer.Json(202, Wire.Status("IN_PROGRESS")));
        var time = new FakeTimeProvider();
        using var session = new LipSyncSession(FalEndpoint.Parse(server.Url), FalCredential.Parse(Wire.Key), scratch.File("store"), time, () => 0.5);
        using var stop = new CancellationTokenSource();
        var seen = 0;
        var waiting = new JobWaiter(session).WaitAsync(Unknown(session), _ => Interlocked.Increment(ref seen), stop.Token);
        await Until(() => Volatile.Read(ref seen) == 1);

        for (var n = 0; n < 7; n++)
        {
            go.Release();
            await Task.Delay(300);
            time.Advance(TimeSpan.FromSeconds(40));
        }

        Assert.DoesNotContain(server.Requests, r => r.Target.EndsWith("/status", StringComparison.Ordinal));
        go.Release();
        await Task.Delay(300);
        time.Advance(TimeSpan.FromSeconds(40));
        await Until(() => server.Requests.Any(r => r.Target.EndsWith("/status", StringComparison.Ordinal)));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
