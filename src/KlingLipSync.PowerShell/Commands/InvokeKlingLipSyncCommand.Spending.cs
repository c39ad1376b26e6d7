using System.Management.Automation;
using KlingLipSync.Jobs;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Media;

namespace KlingLipSync.Commands;

public sealed partial class InvokeKlingLipSyncCommand
{
    private const string RunTag = "KlingLipSync.Run";

    private readonly List<LipSyncInput> unsent = [];
    private BatchProgress? progress;
    private int saved, failed, pending, reused;
    private bool hasPaid;
    private decimal spent;

    private void Spend(List<PlannedPair> pairs)
    {
        WarnOfOtherKeysBudgets();
        progress = new BatchProgress(this, "Lip-syncing", Options.ThrottleLimit) { Total = pairs.Count };
        isQuiet = this.Preference("WarningAction", "WarningPreference") is ActionPreference.SilentlyContinue or ActionPreference.Ignore;
        stopsAtErrors = this.Preference("ErrorAction", "ErrorActionPreference") == ActionPreference.Stop;
        try
        {
            Start(async ct =>
            {
                // Whatever stops the command, the run keeps its jobs until the requests that are out have their receipts.
                await using var run = Run.Begin(Session.Store, Session.Time, MyInvocation.InvocationName);
                EstimateTime();
                var work = new Batch(Session, Options, run);
                batch = work;
                var working = work.RunAsync(pairs, ct);
                await foreach (var outcome in work.Outcomes.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
                {
                    // Counted here, where they come: the run's sum is written even if nobody reads the outcomes any more.
                    Count(outcome);
                    Post(() => Report(outcome));
                }

                try
                {
                    await working.ConfigureAwait(false);
                    Post(WarnOfSecondPayments);
                    Post(() => ReportStop(work));
                    Post(ReportOverBudget);
                    Post(WarnOfUnsaved);
                    if (hasPaid)
                    {
                        Copy(hasPaid);
                    }
                }
                finally
                {
                    run.Summary = Summary(run.Id);
                }

                Post(() => WriteInformation(run.Summary, [RunTag]));
            });
            DrainToEnd(progress.IsShown ? () => progress.Show(() => batch?.Active ?? []) : null);
        }
        finally
        {
            progress.Close();
        }
    }

    /// <summary>How long a job takes is looked up only for those who see it.</summary>
    private void EstimateTime()
    {
        if (progress!.IsShown)
        {
            // Whoever does not wait for fal is done as soon as that has accepted.
            progress.TimeLeft = new TimeLeft(NoWait ? null : Session.Store.TypicalDuration(Session.BudgetScope));
        }
    }

    private void Report(BatchOutcome outcome)
    {
        if (outcome.Error is { } error)
        {
            WriteFailure(Last(error), (object?)outcome.Job ?? outcome.Pair.Input);
        }
        else if (!outcome.IsUnsent)
        {
            WriteObject(outcome.Job);
        }
    }

    private void Count(BatchOutcome outcome)
    {
        var job = outcome.Job;
        if (outcome.BrokenBudget is { } budget)
        {
            CountOverBudget(outcome.Pair, budget);
        }
        else if (outcome.IsUnsent)
        {
            unsent.Add(outcome.Pair.Input);
        }
        else if (job?.State == LipSyncJobState.Saved && outcome.Error is null)
        {
            saved++;
        }
        else if (job?.IsPending == true)
        {
            pending++;
            CountUnsaved(job);
        }
        else if (outcome.Error is not null)
        {
            failed++;
        }

        if (job is { Reused: true })
        {
            reused++;
        }

        hasPaid |= outcome.IsSubmitted;
        if (outcome.IsSubmitted && job!.Billed != LipSyncBilled.No)
        {
            spent += job.QuotedCost ?? LipSyncPrice.Unknown.Usd;
        }

        progress!.Add(isWork: outcome.IsSubmitted);
        progress.Failed = failed;
    }

    private void ReportStop(Batch work)
    {
        if (work.Stopped is not { } reason)
        {
            return;
        }

        // An endpoint that is not there was found before anything was sent; there was no spending to be stopped.
        WriteFailure(reason.Error is LipSyncError.EndpointUnreachable or LipSyncError.ProxyRefused or LipSyncError.EndpointNotFal or LipSyncError.RequestFailed && !work.HasBegun
            ? reason
            : new LipSyncException(LipSyncError.SpendingStopped, $"Spending was stopped and {unsent.Count} of the inputs were not sent: {reason.Message}", reason),
            unsent.ToArray());
    }

    private LipSyncRunSummary Summary(string run) => new()
    {
        RunId = run,
        Saved = saved,
        Failed = failed,
        Refused = refused,
        Unsent = unsent.Count + overBudget.Count,
        Pending = pending,
        Reused = reused,
        Spent = spent,
        CollectBefore = collectBefore,
    };
}
