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

    private readonly LipSyncSession session;
    private readonly BatchOptions options;
    private readonly Run run;
    private readonly SpendingBreaker breaker;
    private readonly HeldJobs held;
    private readonly Lanes lanes;
    private readonly FileHasher hasher;
    private readonly ResultSaver saver;
    private readonly PairSending sending;
    private readonly PairFinishing finishing;

    public PairWork(LipSyncSession session, BatchOptions options, Run run, SpendingBreaker breaker, HeldJobs held)
    {
        this.session = session;
        this.options = options;
        this.run = run;
        this.breaker = breaker;
        this.held = held;
        lanes = new Lanes(options);
        hasher = new FileHasher(session.Store);
        saver = new ResultSaver(session);
        sending = new PairSending(session, options, run, breaker, held, lanes);
        finishing = new PairFinishing(session, options, breaker, saver, lanes);
    }

    /// <summary>Whether fal answered the first question, so that spending could begin.</summary>
    public bool HasBegun => sending.HasBegun;

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
                    throw PairEnd.Error(job);
                case ClaimKind.Fresh:
                    isSending = true;
                    RefuseExistingOutput(pair, job);
                    RefuseOwnOutput(pair, video);
                    if (await sending.SendAsync(pair, job, video, audio, progress, ct).ConfigureAwait(false) is not { } accepted)
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

            job = await finishing.FinishAsync(pair, job, progress, ct).ConfigureAwait(false);
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
                _ => new LipSyncException(LipSyncError.Unexpected, FalRedaction.Clean(e.Message, session.Credential), FalRedaction.Cause(e, session.Credential)),
            };
            if (options.StopAtError)
            {
                breaker.Trip(error);
            }

            return new BatchOutcome(pair, Give(job, error) is { } left ? left with { Log = progress.Log } : null, error, IsSubmitted: submitted);
        }
        finally
        {
            if (job is not null)
            {
                Release(job);
            }
        }
    }

    /// <summary>A pair whose file is in its place needs nobody's hand: it is passed through without a word to the store.</summary>
    private async Task<LipSyncJob?> PassAsync(PlannedPair pair, PairIdentity identity, CancellationToken ct) =>
        session.Store.FindPair(identity) is { State: LipSyncJobState.Saved, IsRemoved: false } job
        && !(job.SubmittedAt < options.ResubmitBefore)
        && (pair.Target is not { } target || await saver.IsSavedAsync(job, target.PathFor(job, pair), ct).ConfigureAwait(false))
            ? PairEnd.As(pair, job with { Reused = true, OutputPath = pair.Target?.PathFor(job, pair) ?? job.OutputPath })
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
                case ClaimKind.Busy when claim.IsOwn && claim.Job.State == LipSyncJobState.Submitting && !sending.IsPosting(claim.Job.Id):
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
        { Path: { } path } => hasher.KnownHash(path) ?? await lanes.Hashing.RunAsync(null, () => hasher.HashAsync(path, ct), ct).ConfigureAwait(false),
        { Url: { } url } => key is null ? PairIdentity.OfUrl(url) : PairIdentity.OfKey(key),
        _ => throw new InvalidOperationException(),
    };

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
}
