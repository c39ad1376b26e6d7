using System.Management.Automation;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Media;

namespace KlingLipSync.Commands;

/// <summary>Turns clips and sounds into lip-synced clips through fal's queue.</summary>
/// <remarks>
/// Collects and checks its whole input first, then asks, then spends. The same command again is the recovery: it finishes
/// what is open, fetches what is ready, passes through what is saved, pays for what is new.
/// </remarks>
[Cmdlet(VerbsLifecycle.Invoke, "KlingLipSync", SupportsShouldProcess = true, DefaultParameterSetName = RowSet)]
[OutputType(typeof(LipSyncJob))]
public sealed partial class InvokeKlingLipSyncCommand : PairCommand
{
    private int refused, pastStep;
    private decimal saving;

    /// <summary>Checks what holds for the whole command, before any clip.</summary>
    protected override void BeginProcessing()
    {
        OpenSession(Endpoint, ApiKey, needsKey: true);
        base.BeginProcessing();
        if (UploadExpiry < StartTimeout + TimeSpan.FromHours(1))
        {
            ThrowTerminatingError(ErrorCatalogue.Record(new LipSyncException(LipSyncError.UploadExpiryTooShort,
                $"Uploads would live {UploadExpiry}, but fal fetches them when a job starts, up to {StartTimeout} after its submission, and needs an hour more."),
                UploadExpiry));
        }
    }

    /// <summary>Checks everything, asks, then spends.</summary>
    protected override void EndProcessing()
    {
        var pairs = Check();
        RefuseTooDear(pairs);
        var agreed = pairs.Where(Agreed).ToList();
        ShowQuote(pairs);
        if (agreed.Count > 0)
        {
            Spend(agreed);
        }
        else if (refused > 0 && !IsRehearsal)
        {
            WriteInformation(Summary(""), [RunTag]);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        progress?.Close();
    }

    private protected override void Fail(LipSyncException e, LipSyncInput input)
    {
        refused++;
        base.Fail(e, input);
    }

    private List<PlannedPair> Check()
    {
        var pairs = new List<PlannedPair>();
        if (Requests.Count == 0)
        {
            return pairs;
        }

        var warnings = new FindingWarnings(WriteWarning);
        Start(ct =>
        {
            // A rehearsal must not make a store.
            var store = Session.HasStore || !IsRehearsal ? Session.Store : null;
            if (!IsRehearsal)
            {
                Session.Store.CheckBeforeSpending();
            }

            var preflight = new Preflight(store, new MediaFiles(), Requests, Session.Time.GetUtcNow());
            foreach (var pair in preflight.Check())
            {
                ct.ThrowIfCancellationRequested();
                if (pair.Faults.Count == 0)
                {
                    pairs.Add(pair.Planned);
                }

                Post(() => Report(pair, warnings));
            }

            Post(() => Report(preflight, warnings));
            return Task.CompletedTask;
        });
        DrainToEnd();
        return pairs;
    }

    private void Report(CheckedPair pair, FindingWarnings warnings)
    {
        if (pair.IsOurOutput)
        {
            WriteWarning($"{pair.Refusal.Message} Give -AllowOutputAsInput if it is really meant.");
            return;
        }

        if (pair.Faults.Count > 0)
        {
            refused++;
            WriteFailure(pair.Refusal, pair.Named.Input);
            return;
        }

        foreach (var finding in pair.Findings.Where(f => f.Severity >= MediaSeverity.Warn))
        {
            warnings.Add(finding);
        }

        if (pair.VideoFacts is { } facts && LipSyncPrice.Trim(facts) is { } trim)
        {
            pastStep++;
            saving += trim.SavedUsd;
        }
    }

    private void Report(Preflight preflight, FindingWarnings warnings)
    {
        warnings.Close();
        if (preflight.Repeated > 0)
        {
            WriteWarning(FormattableString.Invariant($"{preflight.Repeated} of the pairs came in more than once; each is taken once."));
        }

        if (pastStep > 0)
        {
            WriteWarning(FormattableString.Invariant(
                $"{pastStep} of the clips last just longer than a step of {LipSyncPrice.StepSeconds} s: cut to it they would cost {saving:0.00##} USD less. Measure-KlingLipSyncCost lists them."));
        }

        if (preflight.Orphans() is { Count: > 0 } orphans)
        {
            const int shown = 10;
            var names = string.Join(", ", orphans.Take(shown).Select(o => $"'{o}'")) + (orphans.Count > shown ? ", …" : "");
            WriteWarning(FormattableString.Invariant($"{orphans.Count} of the sounds there go with no clip: {names}."));
        }
    }

    private void RefuseTooDear(List<PlannedPair> pairs)
    {
        if (MaxCost is not { } most || pairs.Sum(p => p.CautiousPrice.Usd) is var total && total <= most)
        {
            return;
        }

        ThrowTerminatingError(ErrorCatalogue.Record(
            new LipSyncException(LipSyncError.MaxCostExceeded, FormattableString.Invariant(
                $"The {pairs.Count} pairs cost {total:0.00##} USD, and -MaxCost allows {most:0.00##} USD.")),
            pairs.ConvertAll(p => p.Input).ToArray()));
    }

    private bool Agreed(PlannedPair pair) => ShouldProcess($"{pair.Video} + {pair.Audio}", $"Upload, submit to fal and pay ({QuoteText.Of(pair.Price)})");

    /// <summary>What all of it costs, and whether the budgets leave that: for all to see in a rehearsal, as verbose lines otherwise.</summary>
    private void ShowQuote(List<PlannedPair> pairs)
    {
        if (pairs.Count == 0)
        {
            return;
        }

        var total = QuoteText.OfAll(pairs.Select(p => p.CautiousPrice));
        if (IsRehearsal)
        {
            ShouldProcess(FormattableString.Invariant($"{pairs.Count} pairs"), $"Pay {total}");
        }
        else
        {
            WriteVerbose(FormattableString.Invariant($"{pairs.Count} pairs cost {total}, what was paid before included."));
        }

        if (Shortfall(pairs.Sum(p => p.CautiousPrice.Usd)) is not { } shortfall)
        {
            return;
        }

        if (IsRehearsal)
        {
            WriteWarning(shortfall);
        }
        else
        {
            WriteVerbose(shortfall);
        }
    }
}
