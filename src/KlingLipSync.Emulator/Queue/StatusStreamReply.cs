using System.Diagnostics;
using KlingLipSync.Emulator.Http;
using KlingLipSync.Emulator.Jobs;

namespace KlingLipSync.Emulator.Queue;

/// <summary>One event for every change, each with the log lines no event has had yet, until the request is completed.</summary>
internal sealed class StatusStreamReply(
    JobBoard board, StatusDocument document, Job job, bool withLog, TimeSpan keepAlive, CancellationToken stopping) : Reply(200)
{
    /// <summary>A place in the queue moves without a signal, so it is looked at this often.</summary>
    private static readonly TimeSpan PositionPace = TimeSpan.FromSeconds(1);

    private bool onlyFirst;

    public override long? Length => null;

    public void EndAfterFirst() => onlyFirst = true;

    public override async Task WriteAsync(Stream body, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        JobView? told = null;
        var lines = 0;
        var silentSince = Stopwatch.GetTimestamp();
        while (true)
        {
            var changed = job.Changed;
            var view = board.Look(job);
            var isNew = told is null || told.State != view.State || told.QueuePosition != view.QueuePosition || (withLog && view.Log.Count > lines);
            if (isNew)
            {
                await SendAsync(body, [.. "data: "u8, .. document.Write(view, withLog ? [.. view.Log.Skip(lines)] : null), .. "\n\n"u8], either.Token);
                // A queued event shows no log, so its lines are still to come.
                lines = view.State == JobState.InQueue ? 0 : view.Log.Count;
                told = view;
                silentSince = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetElapsedTime(silentSince) >= keepAlive)
            {
                await SendAsync(body, ": keep-alive\n\n"u8.ToArray(), either.Token);
                silentSince = Stopwatch.GetTimestamp();
            }

            if (view.State == JobState.Completed || onlyFirst)
                return;
            var rest = keepAlive - Stopwatch.GetElapsedTime(silentSince);
            await WaitAsync(changed, view.State == JobState.InQueue && rest > PositionPace ? PositionPace : rest, either.Token);
        }
    }

    private static async Task SendAsync(Stream body, byte[] text, CancellationToken cancellationToken)
    {
        await body.WriteAsync(text, cancellationToken);
        await body.FlushAsync(cancellationToken);
    }

    private static async Task WaitAsync(Task changed, TimeSpan longest, CancellationToken cancellationToken)
    {
        if (longest <= TimeSpan.Zero)
            return;
        using var noLonger = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(longest, noLonger.Token));
        await noLonger.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
