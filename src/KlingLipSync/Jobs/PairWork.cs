using System.Collections.Concurrent;
using KlingLipSync.Fal;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Media;

namespace KlingLipSync.Jobs;

/// <summary>
/// Takes one pair from Preparing to Saved, and goes on from whatever state the store has it in. Its failure never touches
/// another; where all others would fail as well, the breaker stops new spending.
/// </summary>
internal sealed class PairWork
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an ended job is looked at that is past its waiting time: the rules of bad news ask for a minute.</summary>
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(75);

    private readonly LipSyncSession session;
    private readonly BatchOptions options;
    private readonly Run run;
    private readonly SpendingBreaker breaker;
    private readonly HeldJobs held;
    private readonly FileHasher hasher;
    private readonly Uploads uploads;
    private readonly Submission submission;
    private readonly JobWaiter waiter;
    private readonly ResultSaver saver;
    private readonly ConcurrentDictionary<string, byte> posting = new();
    private readonly object proving = new();
    private Task? proof;

    public PairWork(LipSyncSession session, BatchOptions options, Run run, SpendingBreaker breaker, HeldJobs held)
    {
        this.session = session;
        this.options = options;
        this.run = run;
        this.breaker = breaker;
        this.held = held;
        hasher = new FileHasher(session.Store);
        uploads = new Uploads(session, options);
        submission = new Submission(session, options, run);
        waiter = new JobWaiter(session, e => breaker.Heed(e));
        saver = new ResultSaver(session);
    }

    /// <summary>Whether fal answered the first question, so that spending could begin.</summary>
    public bool HasBegun => proof is { IsCompletedSuccessfully: true };

    /// <summary>The pair's identity as far as it is known without reading a file.</summary>
    public PairIdentity? KnownIdentity(PlannedPair pair) =>
        Known(pair.Video, pair.Key) is { } video && Known(pair.Audio, pair.Key) is { } audio ? Identity(pair, video, audio) : null;

    /// <summary>Does whatever is to be done for the pair.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="isLast">Whether this is the last word: otherwise a pair that another run has, or that may yet be settled, is put off.</param>
    /// <param name="ct">Leaves accepted jobs running at fal and in the store.</param>
    /// <returns>What became of it; null when it is put off.</returns>
    public async Task<BatchOutcome?> DoAsync(PlannedPair pair, ActiveJob progress, bool isLast, CancellationToken ct)
    {
        LipSyncJob? job = null;
        var (submitted, isSending) = (false, false);
        try
        {
            pair.Target?.MakeFolder();
            var video = await IdentifyAsync(pair.Video, pair.Key, ct).ConfigureAwait(false);
            var audio = await IdentifyAsync(pair.Audio, pair.Key, ct).ConfigureAwait(false);
            var identity = Identity(pair, video, audio);
            if (await PassAsync(pair, identity, ct).ConfigureAwait(false) is { } passed)
            {
                return new BatchOutcome(pair, passed, null);
            }

            if (await ClaimAsync(pair, identity, isLast, ct).ConfigureAwait(false) is not { } claim)
            {
                return null;
            }

            job = claim.Job;
            progress.Show(job);
            switch (claim.Kind)
            {
                case ClaimKind.Busy:
                    // The other run may be stopped, or hang; whatever it is, its jobs stay its own.
                    throw new LipSyncException(LipSyncError.WaitTimeout,
                        $"Job {job.Id} is in the hands of another run, which did not finish it within {options.Timeout.TotalSeconds:0.###} s.");
                case ClaimKind.Held when isLast:
                    throw held.Error(job);
                case ClaimKind.Held:
                    return null;
                case ClaimKind.Ended when job.State == LipSyncJobState.Lost && session.Store.TryOwn(job.Id, run.Id) && await saver.RegainAsync(job, ct).ConfigureAwait(false) is { } regained:
                    job = regained with { Reused = true };
                    break;
                case ClaimKind.Ended:
                    throw Ended(job);
                case ClaimKind.Fresh:
                    isSending = true;
                    RefuseExistingOutput(pair, job);
                    RefuseOwnOutput(pair, video);
                    if (await SendAsync(pair, job, video, audio, progress, ct).ConfigureAwait(false) is not { } accepted)
                    {
                        return new BatchOutcome(pair, job, null, IsUnsent: true);
                    }

                    (job, submitted, isSending) = (accepted, !accepted.Reused, false);
                    break;
                default:
                    // Found in fal's history after this batch had sent it: it is not an earlier run's.
                    submitted = held.WasPostedHere(pair);
                    job = job with { Reused = !submitted };
                    break;
            }

            job = await FinishAsync(pair, job, progress, ct).ConfigureAwait(false);
            return new BatchOutcome(pair, job, null, IsSubmitted: submitted);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (LipSyncException e) when (e is { Error: LipSyncError.SubmitUnconfirmed or LipSyncError.InputsUnsettled, InnerException: null } && !isLast)
        {
            // Unless it was the store that failed: what it could not take now, it will not have later.
            return null;
        }
        catch (OverBudgetException e)
        {
            // This pair alone: what is paid is still collected, and a shorter clip may still fit.
            return new BatchOutcome(pair, Current(job), null, IsUnsent: true, BrokenBudget: e.Budget);
        }
        catch (Exception e) when (breaker.Heed(e) && (job is null || (isSending && IsUnsent(job))))
        {
            // Every further pair would meet the same end: nothing new is sent, what is accepted is collected.
            return new BatchOutcome(pair, Current(job), null, IsUnsent: true);
        }
        catch (Exception e)
        {
            var error = e switch
            {
                LipSyncException known => known,
                FalException fal => fal.ToLipSync(),
                _ => new LipSyncException(LipSyncError.Unexpected, e.Message, e),
            };
            if (options.StopAtError)
            {
                breaker.Trip(error);
            }

            return new BatchOutcome(pair, Give(job, error), error, IsSubmitted: submitted);
        }
        finally
        {
            if (job is not null)
            {
                Release(job);
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

        var inputs = new SentInputs(
            await BringAsync(pair.Video, video, job, progress, ct).ConfigureAwait(false),
            await BringAsync(pair.Audio, audio, job, progress, ct).ConfigureAwait(false));
        if (breaker.Reason is not null)
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

        progress.Show(options.Synchronous ? LipSyncJobState.Running : LipSyncJobState.Submitting);
        held.Posting(pair);
        posting.TryAdd(job.Id, 0);
        try
        {
            var accepted = await submission.SubmitAsync(job, inputs, Renewal(pair, video, audio, inputs, progress), ct).ConfigureAwait(false);
            breaker.Reached();
            return accepted;
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

    private async Task<LipSyncJob> FinishAsync(PlannedPair pair, LipSyncJob job, ActiveJob progress, CancellationToken ct)
    {
        var reused = job.Reused;
        if (job.State == LipSyncJobState.Queued && !options.NoWait)
        {
            progress.Show(job);
            job = await WaitAsync(job, progress, ct).ConfigureAwait(false);
        }

        if (job.State is not (LipSyncJobState.Queued or LipSyncJobState.Completed or LipSyncJobState.Saved))
        {
            throw Ended(job);
        }

        if (pair.Target is { } target && job.State is LipSyncJobState.Completed or LipSyncJobState.Saved)
        {
            progress.StartDownload(job);
            job = await saver.SaveAsync(job, target.PathFor(job, pair), target.Overwrite, progress.Received, ct).ConfigureAwait(false);
        }

        return As(pair, job with { Reused = reused });
    }

    /// <summary>One job may have come in under several names; each object shows its own.</summary>
    private static LipSyncJob As(PlannedPair pair, LipSyncJob job) => job with
    {
        VideoPath = pair.Video.Path,
        VideoUrl = pair.Video.Url?.AbsoluteUri,
        AudioPath = pair.Audio.Path,
        AudioUrl = pair.Audio.Url?.AbsoluteUri,
    };

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
            return (await new JobCanceller(session).CancelAsync(job, ct).ConfigureAwait(false)).CancelOutcome switch
            {
                LipSyncCancelOutcome.Removed => "It was removed from fal's queue before it ran, and is not billed.",
                LipSyncCancelOutcome.Requested => "It was running: fal was asked to stop it, and may bill it.",
                LipSyncCancelOutcome.TooLate => "It had ended at fal before it could be cancelled.",
                _ => "fal does not know it, so that nothing was cancelled.",
            };
        }
        catch (LipSyncException e)
        {
            return $"It could not be cancelled: {e.Message}";
        }
    }

    /// <summary>A pair whose file is in its place needs nobody's hand: it is passed through without a word to the store.</summary>
    private async Task<LipSyncJob?> PassAsync(PlannedPair pair, PairIdentity identity, CancellationToken ct) =>
        session.Store.FindPair(identity) is { State: LipSyncJobState.Saved, IsRemoved: false } job
        && !(job.SubmittedAt < options.ResubmitBefore)
        && (pair.Target is not { } target || await saver.IsSavedAsync(job, target.PathFor(job, pair), ct).ConfigureAwait(false))
            ? As(pair, job with { Reused = true, OutputPath = pair.Target?.PathFor(job, pair) ?? job.OutputPath })
            : null;

    /// <returns>The claim, still busy if that took longer than a job is waited for; null when another run has the pair and it can be tried again later.</returns>
    private async Task<Claim?> ClaimAsync(PlannedPair pair, PairIdentity identity, bool isLast, CancellationToken ct)
    {
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
        var started = session.Time.GetTimestamp();
        for (var mayFree = true; ;)
        {
            var claim = session.Store.ClaimPair(identity, run.Id, facts, options.ResubmitBefore);
            switch (claim.Kind)
            {
                case ClaimKind.Busy when !isLast:
                    return null;
                case ClaimKind.Busy when claim.IsOwn && claim.Job.State == LipSyncJobState.Submitting && !posting.ContainsKey(claim.Job.Id):
                    // This run's own, and its end could not be written. Nobody else will.
                    return claim with { Kind = ClaimKind.Held };
                case ClaimKind.Busy when session.Time.GetElapsedTime(started) <= options.Timeout:
                    // Its row tells when it is done: nothing is asked of fal meanwhile.
                    await Task.Delay(BusyPause, session.Time, ct).ConfigureAwait(false);
                    break;
                case ClaimKind.Held when mayFree && await held.FreeAsync(claim.Job, ct).ConfigureAwait(false):
                    mayFree = false;
                    break;
                default:
                    return claim;
            }
        }
    }

    private PairIdentity Identity(PlannedPair pair, string video, string audio) => new(session.Endpoint.Name, LipSyncModel.EndpointId, session.Account,
        pair.Video.Path is null ? video : PairIdentity.OfFile(video), pair.Audio.Path is null ? audio : PairIdentity.OfFile(audio));

    private string? Known(MediaInput input, string? key) => input switch
    {
        { Path: { } path } => hasher.KnownHash(path),
        { Url: { } url } => key is null ? PairIdentity.OfUrl(url) : PairIdentity.OfKey(key),
        _ => null,
    };

    /// <summary>Whether nothing was sent for the job now, so that its failure is one of sending and not its own.</summary>
    private bool IsUnsent(LipSyncJob job) =>
        Current(job)!.State is not (LipSyncJobState.Submitting or LipSyncJobState.Unconfirmed or LipSyncJobState.Queued or LipSyncJobState.Completed);

    private void Release(LipSyncJob job)
    {
        try
        {
            session.Store.Release(job.Id, run.Id);
        }
        catch (LipSyncException)
        {
            // A store that fails now has been told of. The job is free as soon as this run ends: its lock goes with it.
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

    private LipSyncJob? Current(LipSyncJob? job)
    {
        try
        {
            return job is null ? null : session.Store.Find(job.Id) ?? job;
        }
        catch (LipSyncException)
        {
            // The failure that led here is the one to tell.
            return job;
        }
    }

    /// <summary>The job after a failure; where nothing was accepted it is Failed and may be tried again.</summary>
    private LipSyncJob? Give(LipSyncJob? job, LipSyncException error)
    {
        if (Current(job) is not { State: LipSyncJobState.Preparing or LipSyncJobState.Uploading } unsent)
        {
            return Current(job);
        }

        try
        {
            return session.Store.WriteRefused(unsent.Id, run.Id,
                error.InnerException is FalException { ErrorType: { } type } ? type : error.Error.ToString(), error.Message, retryable: true);
        }
        catch (LipSyncException)
        {
            return unsent;
        }
    }

    private static LipSyncException Ended(LipSyncJob job) => job.State switch
    {
        LipSyncJobState.Cancelled => new(LipSyncError.JobCancelled, $"Job {job.Id} (request {job.RequestId}) was cancelled at fal."),
        LipSyncJobState.Lost => new(LipSyncError.JobLost, job.ErrorMessage ?? $"The result of job {job.Id} is gone."),
        _ => new(LipSyncError.JobFailed, $"fal failed job {job.Id} (request {job.RequestId}), {job.ErrorType}: {(job.ErrorMessage is { } words ? words + " " : "")}Billed: {job.Billed}."),
    };
}
