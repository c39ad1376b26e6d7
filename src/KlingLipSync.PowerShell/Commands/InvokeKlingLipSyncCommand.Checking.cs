using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Media;

namespace KlingLipSync.Commands;

public sealed partial class InvokeKlingLipSyncCommand
{
    private readonly HashSet<string> pastStep = [];
    private int refused, repeated;
    private bool isCopyMissing;
    private decimal saving;

    private List<PlannedPair> Check()
    {
        var pairs = new List<PlannedPair>();
        if (Requests.Count == 0)
        {
            return pairs;
        }

        var (warnings, isRehearsal) = (new FindingWarnings(WriteWarning), IsRehearsal);
        Start(ct =>
        {
            // A rehearsal must not make a store.
            var store = Session.HasStore || !isRehearsal ? Session.Store : null;
            if (!isRehearsal)
            {
                Session.Store.CheckBeforeSpending();
                TellOfCopies();
            }

            var preflight = new Preflight(store, new MediaFiles(), Requests, Session.Time.GetUtcNow(), isRehearsal);
            foreach (var pair in Requests.SelectMany(preflight.Check))
            {
                ct.ThrowIfCancellationRequested();
                if (pair is { Faults.Count: 0, Named.IsRepeat: false })
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

    /// <summary>Makes the day's copy of the store; and stops, once, where this store is itself a copy.</summary>
    private void TellOfCopies()
    {
        if (Session.Store.TakeRestoredFrom() is { } made)
        {
            throw new LipSyncException(LipSyncError.StoreRestored, FormattableString.Invariant(
                $"The store was restored from its copy of {made:yyyy-MM-dd HH:mm}Z: what was paid after that is not in it, and this command would pay for it again. Nothing was sent. This is said once."));
        }

        Copy(hasPaid: false);
    }

    private void Copy(bool hasPaid)
    {
        if (!isCopyMissing && Session.Store.CopyTodays(hasPaid) is { } trouble)
        {
            isCopyMissing = true;
            Post(() => WriteWarning($"Today's copy of the store could not be made: {trouble}"));
        }
    }

    private void Report(CheckedPair pair, FindingWarnings warnings)
    {
        if (pair.IsOurOutput)
        {
            warnings.Add(nameof(LipSyncError.OutputAsInput), $"{pair.Refusal.Message} Give -AllowOutputAsInput if it is really meant.");
            return;
        }

        if (pair.Faults.Count > 0)
        {
            refused++;
            WriteFailure(pair.Refusal, pair.Named.Input);
            return;
        }

        if (pair.Named.IsRepeat)
        {
            repeated++;
            return;
        }

        foreach (var finding in pair.Findings.Where(f => f.Severity >= MediaSeverity.Warn))
        {
            warnings.Add(finding.Rule, finding.Message);
        }

        if (pair.VideoFacts is { } facts && LipSyncPrice.Trim(facts) is { } trim)
        {
            pastStep.Add(pair.Named.Video!.Identity);
            saving += trim.SavedUsd;
        }
    }

    private void Report(Preflight preflight, FindingWarnings warnings)
    {
        warnings.Close();
        if (repeated > 0)
        {
            WriteWarning($"{QuoteText.Count(repeated, "pair")} came in again; each is taken once.");
        }

        if (pastStep.Count > 0)
        {
            WriteWarning(FormattableString.Invariant(
                $"{QuoteText.Count(pastStep.Count, "clip")} just longer than a step of {LipSyncPrice.StepSeconds} s: cut to it, {saving:0.00##} USD less. Measure-KlingLipSyncCost names them."));
        }

        if (preflight.Orphans() is { Count: > 0 } orphans)
        {
            const int shown = 10;
            var names = string.Join(", ", orphans.Take(shown).Select(o => $"'{o}'")) + (orphans.Count > shown ? ", …" : "");
            WriteWarning($"{QuoteText.Count(orphans.Count, "sound")} there without a clip: {names}.");
        }
    }
}
