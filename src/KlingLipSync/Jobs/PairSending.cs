using System.Collections.Concurrent;
using KlingLipSync.Jobs.Pairs;

namespace KlingLipSync.Jobs;

/// <summary>The first half of a pair's way, up to fal's acceptance: the proof that fal is there, the uploads, the paid request.</summary>
internal sealed class PairSending(LipSyncSession session, BatchOptions options, Run run, SpendingBreaker breaker, HeldJobs held, Lanes lanes)
{
    private readonly Uploads uploads = new(session, options);
    private readonly Submission submission = new(session, options, run);
    private readonly ConcurrentDictionary<string, byte> posting = new();
    private readonly object proving = new();
    private Task? proof;

    /// <summary>Whether fal answered the first question, so that spending could begin.</summary>
    public bool HasBegun => proof is { IsCompletedSuccessfully: true };

    /// <summary>Whether this batch is sending the job at this moment.</summary>
    public bool IsPosting(string jobId) => posting.ContainsKey(jobId);

    /// <summary>Sends a pair whose job this run has claimed.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="job">Its job.</param>
    /// <param name="video">The hash its video was claimed by.</param>
    /// <param name="audio">That of its sound.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="ct">Ends the waiting; a request that is out goes on.</param>
    /// <returns>The accepted job; null when spending was stopped before it was sent.</returns>
    public async Task<LipSyncJob?> SendAsync(PlannedPair pair, LipSyncJob job, string video, string audio, ActiveJob progress, CancellationToken ct)
    {
        if (!await MaySpendAsync(ct).ConfigureAwait(false))
        {
            return null;
        }

        // Asked again in each lane: spending may be stopped while a pair waits for its place.
        var brought = await lanes.Uploads.RunAsync(null, async () => breaker.Reason is not null ? null : new SentInputs(
            await BringAsync(pair.Video, video, job, progress, ct).ConfigureAwait(false),
            await BringAsync(pair.Audio, audio, job, progress, ct).ConfigureAwait(false)), ct).ConfigureAwait(false);
        if (brought is not { } inputs || breaker.Reason is not null)
        {
            return null;
        }

        if (job.Attempt > 0)
        {
            // A request of the pair that was taken for absent may turn up while it is on its way to be sent again.
            await held.LookedAsync().WaitAsync(ct).ConfigureAwait(false);
            if (session.Store.Find(job.Id) is { State: LipSyncJobState.Queued } found)
            {
                return found with { Reused = true };
            }
        }

        return await lanes.Submissions.RunAsync(null, () => SubmitAsync(pair, job, inputs, video, audio, progress, ct), ct).ConfigureAwait(false);
    }

    private async Task<LipSyncJob?> SubmitAsync(PlannedPair pair, LipSyncJob job, SentInputs inputs, string video, string audio, ActiveJob progress, CancellationToken ct)
    {
        if (breaker.Reason is not null)
        {
            return null;
        }

        progress.Show(options.Synchronous ? LipSyncJobState.Running : LipSyncJobState.Submitting);
        held.Posting(pair);
        posting.TryAdd(job.Id, 0);
        try
        {
            var accepted = await submission.SubmitAsync(job, inputs, Renewal(pair, video, audio, inputs, progress), ct).ConfigureAwait(false);
            breaker.Reached();
            return accepted;
        }
        catch (LipSyncException e) when (options.StopAtError && e.Error is not (LipSyncError.SubmitUnconfirmed or LipSyncError.InputsUnsettled))
        {
            // Here, while the place is still held: the next in line would be sent before anybody else hears of it.
            breaker.Trip(e);
            throw;
        }
        finally
        {
            posting.TryRemove(job.Id, out _);
        }
    }

    /// <summary>How the pair gets other URLs: by sending one of its files again, the sound first, which is the smaller.</summary>
    private Func<CancellationToken, Task<SentInputs>>? Renewal(PlannedPair pair, string video, string audio, SentInputs inputs, ActiveJob progress) => pair switch
    {
        { Audio.Path: { } path } => async ct => inputs with { Audio = await uploads.BringAnewAsync(path, audio, progress.Sent, ct).ConfigureAwait(false) },
        { Video.Path: { } path } => async ct => inputs with { Video = await uploads.BringAnewAsync(path, video, progress.Sent, ct).ConfigureAwait(false) },
        _ => null,
    };

    /// <summary>Asks fal once, before the first upload of the batch, whether it is there and knows the key.</summary>
    private async Task<bool> MaySpendAsync(CancellationToken ct)
    {
        try
        {
            Task asked;
            lock (proving)
            {
                asked = proof ??= session.ProveKeyAsync(ct);
            }

            await asked.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (LipSyncException e)
        {
            breaker.Trip(e);
        }

        return breaker.Reason is null;
    }

    private async Task<Uri> BringAsync(MediaInput input, string sha256, LipSyncJob job, ActiveJob progress, CancellationToken ct) =>
        input.Path is { } path
            ? await uploads.BringAsync(path, sha256, () => Starting(job, progress, path), progress.Sent, ct).ConfigureAwait(false)
            : input.Url!;

    private void Starting(LipSyncJob job, ActiveJob progress, string path)
    {
        progress.StartUpload(FileEntry.Of(path).Length);
        session.Store.MarkUploading(job.Id, run.Id);
    }
}
