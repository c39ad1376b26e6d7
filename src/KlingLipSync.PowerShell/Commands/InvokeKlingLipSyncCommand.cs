using System.Management.Automation;
using KlingLipSync.Jobs;
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
    /// <summary>Checks what holds for the whole command, before any clip.</summary>
    protected override void BeginProcessing()
    {
        OpenSession(Endpoint, ApiKey, needsKey: true);
        base.BeginProcessing();
        RefuseConflicts();
        if (UploadExpiry < LongestStart + TimeSpan.FromHours(1))
        {
            ThrowTerminatingError(ErrorCatalogue.Record(new LipSyncException(LipSyncError.UploadExpiryTooShort,
                $"Uploads would live {UploadExpiry}, but fal fetches them when a job starts, up to {LongestStart} after its submission, and needs an hour more."),
                UploadExpiry));
        }
    }

    /// <summary>What speaks of fal's queue means nothing to a call that passes it by.</summary>
    private void RefuseConflicts()
    {
        (string Parameter, string Why)? conflict = this switch
        {
            { Synchronous.IsPresent: false } => null,
            { NoWait.IsPresent: true } => (nameof(NoWait), "returns when fal's queue has accepted, and a blocking call has no answer before the result"),
            { Priority: not LipSyncPriority.Normal } => (nameof(Priority), "is a place in fal's queue, and a blocking call is not queued"),
            _ when LongestStart > LongestBlockingStart => (nameof(StartTimeout), "is too long: a blocking call holds its connection until the job has started, an hour at most"),
            _ => null,
        };
        if (conflict is var (parameter, why))
        {
            ThrowTerminatingError(ErrorCatalogue.Record(
                new LipSyncException(LipSyncError.SynchronousConflict, $"-{parameter} {why}."), MyInvocation.BoundParameters[parameter]));
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

    /// <summary>Takes one row or path. A report is a row, too: one that says no, or is about a sound alone, is not sent.</summary>
    protected override void ProcessRecord()
    {
        if (Says(Kind, LipSyncMediaKind.Sound) && (LiteralPath ?? []).All(string.IsNullOrWhiteSpace) && Filled(VideoUrl) is null)
        {
            WriteWarning($"The report on the sound {string.Join(", ", (AudioPath ?? []).Select(ShownAddress.Of))} was passed over: there is no clip for it.");
            return;
        }

        base.ProcessRecord();
    }

    private protected override LipSyncInput Complete(LipSyncInput input)
    {
        var complete = base.Complete(input);
        return Says(Verdict, MediaVerdict.Refuse) && (Kind is { Length: > 0 } || !int.TryParse(Verdict, out _))
            ? throw new LipSyncException(LipSyncError.ReportRefused, $"The report on '{complete}' says {MediaVerdict.Refuse}, so it is not sent.")
            : complete;
    }

    /// <summary>By name or by number: JSON keeps the numbers of an enumeration. A table of the user's own may have a number there as well, but no Kind.</summary>
    private static bool Says<T>(string? cell, T word) where T : struct, Enum => Enum.TryParse<T>(cell, ignoreCase: true, out var said) && said.Equals(word);

    private protected override void Fail(LipSyncException e, LipSyncInput input)
    {
        refused++;
        base.Fail(e, input);
    }

    private void RefuseTooDear(List<PlannedPair> pairs)
    {
        if (MaxCost is not { } most || Payable(pairs).Sum(p => p.CautiousPrice.Usd) is var total && total <= most)
        {
            return;
        }

        ThrowTerminatingError(ErrorCatalogue.Record(
            new LipSyncException(LipSyncError.MaxCostExceeded, FormattableString.Invariant(
                $"{QuoteText.Count(pairs.Count, "pair")} would cost {total:0.00##} USD, and -MaxCost allows {most:0.00##} USD.")),
            pairs.ConvertAll(p => p.Input).ToArray()));
    }

    /// <summary>Each pair once: one that goes to two destinations is paid once.</summary>
    private static IEnumerable<PlannedPair> Payable(List<PlannedPair> pairs) => pairs.DistinctBy(p => (p.Video.Identity, p.Audio.Identity, p.Key));

    private bool Agreed(PlannedPair pair) => ShouldProcess($"{pair.Video} + {pair.Audio}", $"Upload, submit to fal and pay ({QuoteText.Of(pair.Price)})");

    /// <summary>What all of it costs, and in a rehearsal whether the budgets leave that.</summary>
    private void ShowQuote(List<PlannedPair> pairs)
    {
        if (pairs.Count == 0)
        {
            return;
        }

        var (count, total) = (QuoteText.Count(pairs.Count, "pair"), QuoteText.OfAll(Payable(pairs).Select(p => p.CautiousPrice)));
        if (!IsRehearsal)
        {
            WriteVerbose($"{count} at {total}, what was paid before included.");
            return;
        }

        ShouldProcess(count, $"Pay {total}");
        WarnOfShortfall(Payable(pairs).Sum(p => p.CautiousPrice.Usd));
    }
}
