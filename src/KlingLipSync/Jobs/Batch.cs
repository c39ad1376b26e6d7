using System.Collections.Concurrent;
using System.Threading.Channels;
using KlingLipSync.Fal;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Media;

namespace KlingLipSync.Jobs;

/// <summary>What became of one pair of a batch.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Job">Its job, if it came to one.</param>
/// <param name="Error">Why it failed; null when it succeeded or was not sent.</param>
/// <param name="IsUnsent">True when spending was stopped before it was sent, or a budget had no room for it.</param>
/// <param name="IsSubmitted">True when fal accepted it in this run.</param>
/// <param name="BrokenBudget">The budget that it would have broken, as it was then; null when it was not for a budget that it was not sent.</param>
internal sealed record BatchOutcome(
    PlannedPair Pair, LipSyncJob? Job, LipSyncException? Error, bool IsUnsent = false, bool IsSubmitted = false, LipSyncBudget? BrokenBudget = null);

/// <summary>
/// Takes planned pairs from Preparing to Saved, a bounded number at a time, and goes on from whatever state the store
/// has them in. One pair's failure never touches another; a locked account or a rejected key stops new spending only.
/// </summary>
internal sealed class Batch
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an ended job is looked at that is past its waiting time: the rules of bad news ask for a minute.</summary>
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(75);

    private readonly LipSyncSession session;
    private readonly BatchOptions options;
    private readonly Run run;
    private readonly FileHasher hasher;
    private readonly Uploads uploads;
    private readonly Submission submission;
    private readonly JobWaiter waiter;
    private readonly ResultSaver saver;
    private readonly Channel<BatchOutcome> outcomes = Channel.CreateUnbounded<BatchOutcome>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<PlannedPair, ActiveJob> active = new(ReferenceEqualityComparer.Instance);
    private LipSyncException? stopped;
    private Lazy<Task>? proof;

    public Batch(LipSyncSession session, BatchOptions options, Run run)
    {
        this.session = session;
        this.options = options;
        this.run = run;
        hasher = new FileHasher(session.Store);
        uploads = new Uploads(session, options);
        submission = new Submission(session, options, run);
        waiter = new JobWaiter(session);
        saver = new ResultSaver(session);
    }

    /// <summary>Outcomes as they come; completes when all pairs have one, or the batch was cancelled.</summary>
    public ChannelReader<BatchOutcome> Outcomes => outcomes.Reader;

    /// <summary>The pairs being worked on now, for progress.</summary>
    public IEnumerable<ActiveJob> Active => active.Values;

    /// <summary>Why spending was stopped; null while it was not.</summary>
    public LipSyncException? Stopped => Volatile.Read(ref stopped);

    /// <summary>Works until every pair has its outcome. Cancelling it leaves accepted jobs running at fal and in the store.</summary>
    public async Task RunAsync(IReadOnlyList<PlannedPair> pairs, CancellationToken ct)
    {
        proof = new(() => session.ProveKeyAsync(ct));
        try
        {
            var limit = new ParallelOptions { MaxDegreeOfParallelism = options.ThrottleLimit, CancellationToken = ct };
            await Parallel.ForEachAsync(pairs, limit, async (pair, token) =>
            {
                var progress = active[pair] = new ActiveJob(pair.Video.ToString());
                try
                {
                    var outcome = await WorkAsync(pair, progress, token).ConfigureAwait(false);
                    outcomes.Writer.TryWrite(outcome);
                }
                finally
                {
                    active.TryRemove(pair, out _);
                }
            }).ConfigureAwait(false);
        }
        finally
        {
            outcomes.Writer.Complete();
        }
    }

    private async Task<BatchOutcome> WorkAsync(PlannedPair pair, ActiveJob progress, CancellationToken ct)
    {
        LipSyncJob? job = null;
        var submitted = false;
        try
        {
            pair.Target?.MakeFolder();
            var video = await IdentifyAsync(pair.Video, pair.Key, ct).ConfigureAwait(false);
            var audio = await IdentifyAsync(pair.Audio, pair.Key, ct).ConfigureAwait(false);
            var claim = await ClaimAsync(pair, video, audio, ct).ConfigureAwait(false);
            job = claim.Job;
            progress.Show(job);
            switch (claim.Kind)
            {
                case ClaimKind.Held:
                    throw new LipSyncException(LipSyncError.SubmitUnconfirmed, SubmitUnconfirmed(job));
                case ClaimKind.Ended:
                    throw Ended(job);
                case ClaimKind.Fresh:
                    RefuseExistingOutput(pair, job);
                    RefuseOwnOutput(pair, video);
                    if (await SendAsync(pair, job, video, audio, progress, ct).ConfigureAwait(false) is not { } accepted)
                    {
                        return new BatchOutcome(pair, job, null, IsUnsent: true);
                    }

                    (job, submitted) = (accepted, true);
                    break;
                default:
                    job = job with { Reused = true };
                    break;
            }

            job = await FinishAsync(pair, job, progress, ct).ConfigureAwait(false);
            return new BatchOutcome(pair, job, null, IsSubmitted: submitted);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (FalException e) when (e is { Route: FalRoute.Initiate or FalRoute.Submit, Kind: FalFailureKind.Unauthorized or FalFailureKind.Locked })
        {
            // Every further pair would meet the same refusal: nothing new is sent, what is accepted is collected.
            StopSpending(e.ToLipSync());
            return new BatchOutcome(pair, Current(job), null, IsUnsent: true);
        }
        catch (OverBudgetException e)
        {
            // This pair alone: what is paid is still collected, and a shorter clip may still fit.
            return new BatchOutcome(pair, Current(job), null, IsUnsent: true, BrokenBudget: e.Budget);
        }
        catch (Exception e)
        {
            var error = e switch
            {
                LipSyncException known => known,
                FalException fal => fal.ToLipSync(),
                _ => new LipSyncException(LipSyncError.Unexpected, e.Message, e),
            };
            return new BatchOutcome(pair, Give(job, error), error, IsSubmitted: submitted);
        }
        finally
        {
            if (job is not null)
            {
                session.Store.Release(job.Id, run.Id);
            }
        }
    }

    /// <returns>The accepted job; null when spending was stopped before it was sent.</returns>
    private async Task<LipSyncJob?> SendAsync(PlannedPair pair, LipSyncJob job, string video, string audio, ActiveJob progress, CancellationToken ct)
    {
        if (!await MaySpendAsync(ct).ConfigureAwait(false))
        {
            return null;
        }

        var videoUrl = await BringAsync(pair.Video, video, job, progress, ct).ConfigureAwait(false);
        var audioUrl = await BringAsync(pair.Audio, audio, job, progress, ct).ConfigureAwait(false);
        if (Stopped is not null)
        {
            return null;
        }

        progress.Show(LipSyncJobState.Submitting);
        return await submission.SubmitAsync(job, videoUrl, audioUrl, ct).ConfigureAwait(false);
    }

    /// <summary>Asks fal once, before the first upload of the batch, whether it is there and knows the key.</summary>
    private async Task<bool> MaySpendAsync(CancellationToken ct)
    {
        try
        {
            await proof!.Value.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (LipSyncException e)
        {
            StopSpending(e);
        }

        return Stopped is null;
    }

    private void StopSpending(LipSyncException reason) => Interlocked.CompareExchange(ref stopped, reason, null);

    private async Task<LipSyncJob> FinishAsync(PlannedPair pair, LipSyncJob job, ActiveJob progress, CancellationToken ct)
    {
        var reused = job.Reused;
        if (job.State == LipSyncJobState.Queued && !options.NoWait)
        {
            progress.Show(job);
            job = await WaitAsync(job, progress, ct).ConfigureAwait(false);
            if (job.State is not (LipSyncJobState.Completed or LipSyncJobState.Saved))
            {
                throw Ended(job);
            }
        }

        if (pair.Target is { } target && job.State is LipSyncJobState.Completed or LipSyncJobState.Saved)
        {
            progress.Show(LipSyncJobState.Completed);
            job = await saver.SaveAsync(job, target.PathFor(job, pair), target.Overwrite, progress.Received, ct).ConfigureAwait(false);
        }

        // One job may have come in under several names; each object shows its own.
        return job with
        {
            Reused = reused,
            VideoPath = pair.Video.Path,
            VideoUrl = pair.Video.Url?.AbsoluteUri,
            AudioPath = pair.Audio.Path,
            AudioUrl = pair.Audio.Url?.AbsoluteUri,
        };
    }

    private async Task<LipSyncJob> WaitAsync(LipSyncJob job, ActiveJob progress, CancellationToken ct)
    {
        var left = options.Timeout - (session.Time.GetUtcNow() - (job.SubmittedAt ?? job.CreatedAt));
        if (left <= TimeSpan.Zero && await waiter.LookAsync(job, SettlingTime, ct).ConfigureAwait(false) is { IsEnded: true } ended)
        {
            // A job of yesterday is past its time to be waited for, and its result may well be there.
            return ended;
        }

        using var timeout = new CancellationTokenSource(Deadlines.Clamp(left), session.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            return await waiter.WaitAsync(job, progress.Show, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            var fate = options.StopOnTimeout ? await CancelAsync(job, ct).ConfigureAwait(false) : "It goes on at fal.";
            throw new LipSyncException(LipSyncError.WaitTimeout,
                $"Job {job.Id} (request {job.RequestId}) did not end within {options.Timeout.TotalSeconds:0.###} s of its acceptance. {fate}");
        }
    }

    private async Task<string> CancelAsync(LipSyncJob job, CancellationToken ct)
    {
        try
        {
            return $"It was cancelled ({(await new JobCanceller(session).CancelAsync(job, ct).ConfigureAwait(false)).CancelOutcome}).";
        }
        catch (LipSyncException e)
        {
            return $"It could not be cancelled: {e.Message}";
        }
    }

    private async Task<Claim> ClaimAsync(PlannedPair pair, string video, string audio, CancellationToken ct)
    {
        var identity = new PairIdentity(session.Endpoint.Name, LipSyncModel.EndpointId, session.Account,
            pair.Video.Path is null ? video : PairIdentity.OfFile(video), pair.Audio.Path is null ? audio : PairIdentity.OfFile(audio));
        var facts = new JobFacts
        {
            VideoPath = pair.Video.Path,
            VideoUrl = pair.Video.Url?.AbsoluteUri,
            AudioPath = pair.Audio.Path,
            AudioUrl = pair.Audio.Url?.AbsoluteUri,
            VideoDuration = pair.Price?.VideoDuration,
            BilledSeconds = pair.Price?.BilledSeconds,
            MicroUsd = pair.Price?.MicroUsd,
            Tag = pair.Tag,
            Key = pair.Key,
        };
        while (true)
        {
            var claim = session.Store.ClaimPair(identity, run.Id, facts, options.ResubmitBefore);
            if (claim.Kind != ClaimKind.Busy)
            {
                return claim;
            }

            // Another run, or another name for the same pair in this one, has it: its row tells when it is done.
            await Task.Delay(BusyPause, session.Time, ct).ConfigureAwait(false);
        }
    }

    private async Task<string> IdentifyAsync(MediaInput input, string? key, CancellationToken ct) => input switch
    {
        { Path: { } path } => await hasher.HashAsync(path, ct).ConfigureAwait(false),
        { Url: { } url } => key is null ? PairIdentity.OfUrl(url) : PairIdentity.OfKey(key),
        _ => throw new InvalidOperationException(),
    };

    private async Task<Uri> BringAsync(MediaInput input, string sha256, LipSyncJob job, ActiveJob progress, CancellationToken ct) =>
        input.Path is { } path
            ? await uploads.BringAsync(path, sha256, () => Starting(job, progress, path), progress.Sent, ct).ConfigureAwait(false)
            : input.Url!;

    private void Starting(LipSyncJob job, ActiveJob progress, string path)
    {
        progress.StartUpload(new FileInfo(path).Length);
        session.Store.MarkUploading(job.Id, run.Id);
    }

    /// <summary>Before a byte goes up: a file in the way would be met only after the job was paid.</summary>
    private static void RefuseExistingOutput(PlannedPair pair, LipSyncJob job)
    {
        if (pair.Target is { Overwrite: false, Template.NeedsRequestId: false } target && target.PathFor(job, pair) is var path && File.Exists(path))
        {
            throw new LipSyncException(LipSyncError.OutputExists, $"'{path}' exists already.");
        }
    }

    /// <summary>A result of ours under another name: its path did not tell. One that is paid already goes through.</summary>
    private void RefuseOwnOutput(PlannedPair pair, string sha256)
    {
        if (!options.AllowOutputAsInput && pair.Video.Path is not null && session.Store.IsOutputContent(sha256))
        {
            throw new LipSyncException(LipSyncError.OutputAsInput, $"'{pair.Video}' is, by its content, a file that this module saved; it was left out.");
        }
    }

    private LipSyncJob? Current(LipSyncJob? job) => job is null ? null : session.Store.Find(job.Id) ?? job;

    /// <summary>The job after a failure; where nothing was accepted it is Failed and may be tried again.</summary>
    private LipSyncJob? Give(LipSyncJob? job, LipSyncException error) => Current(job) switch
    {
        { State: LipSyncJobState.Preparing or LipSyncJobState.Uploading } unsent => session.Store.WriteRefused(
            unsent.Id, run.Id, error.InnerException is FalException { ErrorType: { } type } ? type : error.Error.ToString(), error.Message, retryable: true),
        var current => current,
    };

    private static LipSyncException Ended(LipSyncJob job) => job.State switch
    {
        LipSyncJobState.Cancelled => new(LipSyncError.JobCancelled, $"Job {job.Id} (request {job.RequestId}) was cancelled at fal."),
        LipSyncJobState.Lost => new(LipSyncError.JobLost, job.ErrorMessage ?? $"The result of job {job.Id} is gone."),
        LipSyncJobState.Unconfirmed => new(LipSyncError.SubmitUnconfirmed, SubmitUnconfirmed(job)),
        _ => new(LipSyncError.JobFailed, $"fal failed job {job.Id} (request {job.RequestId}), {job.ErrorType}: {job.ErrorMessage} Billed: {job.Billed}."),
    };

    private static string SubmitUnconfirmed(LipSyncJob job) =>
        $"Job {job.Id} was sent and fal's answer was lost: it may be running and billed. {job.ErrorMessage} It is held and not sent again.";
}
