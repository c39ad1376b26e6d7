using System.Management.Automation;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>Waits for jobs and emits each as it ends, however it ends.</summary>
[Cmdlet(VerbsLifecycle.Wait, "KlingLipSyncJob", DefaultParameterSetName = IdSet)]
[OutputType(typeof(LipSyncJob))]
public sealed class WaitKlingLipSyncJobCommand : JobCommand
{
    private readonly List<LipSyncJob> waited = [];
    private BatchProgress? progress;

    /// <summary>Return when the first of them has ended.</summary>
    [Parameter]
    public SwitchParameter Any { get; set; }

    /// <summary>How long to wait at most. A bare number means seconds. Default: 60 minutes. The jobs go on at fal.</summary>
    [Parameter]
    [TimeSpanSeconds]
    [ValidateTimeSpan(0)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>Collects the jobs.</summary>
    protected override void ProcessRecord() => waited.AddRange(Known());

    /// <summary>Waits for all of them at once.</summary>
    protected override void EndProcessing()
    {
        var open = new List<LipSyncJob>();
        foreach (var job in Settled(waited.DistinctBy(j => j.Id).ToList()))
        {
            if (job.State != LipSyncJobState.Queued)
            {
                // Ended, or nothing that waiting could change: an unsent or unconfirmed job says so by its state.
                WriteObject(job);
                if (Any)
                {
                    return;
                }
            }
            else if (CanAsk(job))
            {
                open.Add(job);
            }
        }

        if (open.Count > 0)
        {
            Wait(open);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        progress?.Close();
    }

    /// <summary>The jobs after a look into fal's history, if any of them needs one.</summary>
    private List<LipSyncJob> Settled(List<LipSyncJob> jobs)
    {
        if (jobs.Exists(j => j.State is LipSyncJobState.Unconfirmed or LipSyncJobState.Submitting && Session.CanAsk(j)))
        {
            Start(ct => new Settlement(Session).RefreshAsync(jobs, ct));
            DrainToEnd();
            WarnOfSecondPayments();
        }

        return jobs;
    }

    private void Wait(List<LipSyncJob> open)
    {
        progress = new BatchProgress(this, "Waiting for fal", throttle: 0) { Total = open.Count };
        var active = open.ToDictionary(j => j.Id, j => new ActiveJob(JobView.Source(j)));
        try
        {
            Start(async ct =>
            {
                if (progress.IsShown)
                {
                    progress.TimeLeft = new TimeLeft(Session.Store.TypicalDuration(Session.BudgetScope));
                }

                using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
                using var timeout = new CancellationTokenSource(Deadlines.Clamp(Timeout), Session.Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, timeout.Token);
                await Task.WhenAll(open.Select(job => (job, active[job.Id])).ToList().Select(async pair =>
                {
                    var (job, shown) = pair;
                    try
                    {
                        var ended = await new JobWaiter(Session).WaitAsync(job, shown.Show, either.Token).ConfigureAwait(false);
                        Post(() => Emit(ended, active));
                        if (Any)
                        {
                            await enough.CancelAsync().ConfigureAwait(false);
                        }
                    }
                    catch (OperationCanceledException) when (!ct.IsCancellationRequested)
                    {
                        if (!enough.IsCancellationRequested)
                        {
                            Post(() => WriteFailure(new LipSyncException(LipSyncError.WaitTimeout,
                                $"Job {job.Id} (request {job.RequestId}) did not end within {Timeout.TotalSeconds:0.###} s. It goes on at fal."), job));
                        }
                    }
                })).ConfigureAwait(false);
            });
            DrainToEnd(progress.IsShown ? () => progress.Show(() => active.Values) : null);
        }
        finally
        {
            progress.Close();
        }
    }

    private void Emit(LipSyncJob job, Dictionary<string, ActiveJob> active)
    {
        // Two may end in the same moment; -Any promises one.
        if (!Any || progress!.Done == 0)
        {
            active.Remove(job.Id);
            progress!.Add();
            WriteObject(job);
        }
    }
}
