using KlingLipSync.Fal;
using KlingLipSync.Jobs.Store;
using KlingLipSync.Media;

namespace KlingLipSync.Jobs;

/// <summary>The two URLs that fal is given.</summary>
internal sealed record SentInputs(Uri Video, Uri Audio);

/// <summary>Pays for one job: intent on the disk, one POST, receipt on the disk. Only what certainly had no effect is repeated.</summary>
internal sealed class Submission(LipSyncSession session, BatchOptions options, Run run)
{
    private const int MostWrites = 10, MostRenewals = 3;

    private static readonly TimeSpan WriteAgain = TimeSpan.FromSeconds(2);

    /// <summary>An intent older than this is not sent: the machine slept, or the gate waited for a connection.</summary>
    private static readonly TimeSpan IntentLife = TimeSpan.FromSeconds(10);

    /// <param name="job">The job, claimed by the run.</param>
    /// <param name="inputs">The URLs to send.</param>
    /// <param name="renew">Uploads one of the pair's files anew, for other URLs; null where the pair is given as URLs.</param>
    /// <param name="ct">Ends the waiting; a request that is out goes on.</param>
    /// <returns>The accepted job; after a blocking call the ended one, however it ended.</returns>
    /// <exception cref="FalException">The key was rejected, the account is locked or the proxy refuses; nothing was accepted.</exception>
    /// <exception cref="LipSyncException">Refused, never delivered, or unconfirmed.</exception>
    public async Task<LipSyncJob> SubmitAsync(LipSyncJob job, SentInputs inputs, Func<CancellationToken, Task<SentInputs>>? renew, CancellationToken ct)
    {
        for (int undelivered = 0, throttled = 0, renewed = 0; ;)
        {
            ct.ThrowIfCancellationRequested();

            // The POST is sheltered from the user's stop: whoever stops waiting, its receipt is still written.
            var post = run.Shelter(leaving => PostAsync(job, inputs, mayRenew: renew is not null, leaving));
            var (submission, twin, after) = await post.WaitAsync(ct).ConfigureAwait(false);
            switch (submission?.Kind)
            {
                case null when renew is not null && ++renewed <= MostRenewals:
                    // fal's history tells requests by their URLs alone, so this one gets its own.
                    inputs = await renew(ct).ConfigureAwait(false);
                    break;

                case null when twin!.IsOut:
                    // A request with the same two URLs is out at this moment; it is settled within its deadline.
                    await Task.Delay(TimeSpan.FromMilliseconds(250), session.Time, ct).ConfigureAwait(false);
                    break;

                case null:
                    throw new LipSyncException(LipSyncError.InputsUnsettled,
                        $"Job {job.Id} was not sent: job {twin.JobId} with the same two URLs is unconfirmed, and fal's history could not tell the two apart.");

                case FalSubmissionKind.Accepted:
                    return after;

                case FalSubmissionKind.Unknown:
                    throw new LipSyncException(LipSyncError.SubmitUnconfirmed,
                        $"Job {job.Id} was sent and its answer was lost: it may be running and billed. {submission.Reason} It is held and not sent again.");

                case FalSubmissionKind.NeverDelivered when submission.Failure is { } refusal:
                    // The proxy's no is every pair's: it is not asked again and again with the same password.
                    throw refusal;

                case FalSubmissionKind.NeverDelivered when FalRetryRules.Undelivered.Allows(FalFailureKind.Unreachable, ++undelivered):
                    await Pause(FalRetryRules.Undelivered.Wait(undelivered, asked: null, session.Random()), ct).ConfigureAwait(false);
                    break;

                case FalSubmissionKind.NeverDelivered:
                    throw new LipSyncException(submission.HeldBack ? LipSyncError.SubmitHeldBack : LipSyncError.EndpointUnreachable,
                        $"Job {job.Id} could not be sent: {submission.Reason}");

                case FalSubmissionKind.Refused when FalRetryRules.Throttled.Allows(submission!.Failure!.Kind, ++throttled):
                    await Pause(FalRetryRules.Throttled.Wait(throttled, submission.Failure.RetryAfter, session.Random()), ct).ConfigureAwait(false);
                    break;

                default:
                    throw submission!.Failure!.Kind is FalFailureKind.Unauthorized or FalFailureKind.Locked
                        ? submission.Failure
                        : new LipSyncException(LipSyncError.SubmitRefused, $"fal refused job {job.Id}: {submission.Reason}", submission.Failure);
            }
        }
    }

    private async Task<(FalSubmission? Submission, Twin? Twin, LipSyncJob Job)> PostAsync(LipSyncJob job, SentInputs inputs, bool mayRenew, CancellationToken leaving)
    {
        var intent = new Intent(inputs.Video.AbsoluteUri, inputs.Audio.AbsoluteUri, session.RequireCredential().KeyId, options.StartTimeout,
            options.ResultExpiry, session.Fal.Clock.Moment);
        var (attempt, twin) = session.Store.WriteIntent(job.Id, run.Id, intent, mayRenew);
        if (twin is not null)
        {
            return (null, twin, job);
        }

        var (written, writtenAt) = (session.Time.GetTimestamp(), session.Time.GetUtcNow());
        Boundaries.IntentWritten(job.Id);
        var submission = await session.Submitter.SendAsync(
            new FalSubmitRequest(LipSyncModel.EndpointId, inputs.Video, inputs.Audio)
            {
                IsBlocking = options.Synchronous,
                StartTimeout = options.StartTimeout,
                Priority = options.Priority,
                NoServerRetry = options.NoServerRetry,
                ResultLifecycle = options.ResultExpiry is { } expiry ? new FalLifecycle(expiry) : null,
            },
            () => IsFresh(written, writtenAt) && session.Store.MaySend(job.Id, run.Id, attempt),

            // A receipt is worth waiting for at the end of a process; a whole run would hang it for minutes.
            options.Synchronous ? leaving : CancellationToken.None).ConfigureAwait(false);
        switch (submission.Kind)
        {
            case FalSubmissionKind.Accepted:
                Boundaries.PostAccepted(job.Id);
                var receipt = new Receipt(submission.RequestId!, new JobAddress(
                    submission.StatusUrl!.AbsoluteUri, submission.ResponseUrl!.AbsoluteUri, submission.CancelUrl!.AbsoluteUri))
                {
                    AcceptedAt = options.Synchronous ? writtenAt : null,
                };
                var end = EndOf(submission, job);
                var accepted = await WriteAsync(() => session.Store.WriteReceipt(job.Id, attempt, receipt, end),
                    LipSyncError.ReceiptNotWritten, $"fal accepted job {job.Id} as request {receipt.RequestId}. Keep that id: the job runs and is billed").ConfigureAwait(false);
                Boundaries.ReceiptWritten(job.Id);
                if (end is not null)
                {
                    Boundaries.ResultStored(job.Id);
                    JobEnding.ForgetUnfetched(session.Store, end, intent.VideoUrl, intent.AudioUrl);
                }

                return (submission, null, accepted);
            case FalSubmissionKind.Unknown:
                return (submission, null, await WriteAsync(() => session.Store.WriteUnconfirmed(job.Id, attempt, submission.Reason),
                    LipSyncError.SubmitUnconfirmed, $"Job {job.Id} was sent and its answer was lost").ConfigureAwait(false));
            default:
                return (submission, null, await WriteAsync(
                    () => session.Store.WriteNotAccepted(job.Id, attempt, submission.Kind == FalSubmissionKind.Refused, submission.Reason),
                    null, $"Job {job.Id} was not accepted").ConfigureAwait(false));
        }
    }

    /// <summary>How a blocking call ended. What must be seen several times to be believed is waited for like any accepted job.</summary>
    private static JobEnd? EndOf(FalSubmission submission, LipSyncJob job) =>
        submission.Result is { } result && !ResultReading.NeedsRepetition(result)
            ? ResultReading.Read(result, job with { CancelOutcome = LipSyncCancelOutcome.None }, inference: null)
            : null;

    /// <summary>By both clocks: one may be set back, and the other stands still on some systems while the machine sleeps.</summary>
    private bool IsFresh(long written, DateTimeOffset writtenAt) =>
        session.Time.GetElapsedTime(written) <= IntentLife && session.Time.GetUtcNow() - writtenAt <= IntentLife;

    /// <summary>What became of a POST is worth more than speed: a full disk or a locked file is waited out for a while.</summary>
    private async Task<LipSyncJob> WriteAsync(Func<LipSyncJob> write, LipSyncError? error, string what)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return write();
            }
            catch (LipSyncException) when (tries < MostWrites)
            {
                await Pause(WriteAgain, CancellationToken.None).ConfigureAwait(false);
            }
            catch (LipSyncException e)
            {
                throw new LipSyncException(error ?? e.Error, $"{what}; and the store could not be written: {e.Message}", e);
            }
        }
    }

    private Task Pause(TimeSpan delay, CancellationToken ct) => Task.Delay(delay, session.Time, ct);
}
