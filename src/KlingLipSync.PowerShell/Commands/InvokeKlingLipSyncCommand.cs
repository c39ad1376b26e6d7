using System.Management.Automation;
using KlingLipSync.Jobs;
using KlingLipSync.Media;

namespace KlingLipSync.Commands;

/// <summary>Turns clips and sounds into lip-synced clips through fal's queue.</summary>
/// <remarks>
/// Collects and checks its whole input first, then asks, then spends. The same command again is the recovery: it finishes
/// what is open, fetches what is ready, passes through what is saved, pays for what is new.
/// </remarks>
[Cmdlet(VerbsLifecycle.Invoke, "KlingLipSync", SupportsShouldProcess = true, DefaultParameterSetName = RowSet)]
[OutputType(typeof(LipSyncJob))]
public sealed partial class InvokeKlingLipSyncCommand : LipSyncCommand
{
    private readonly List<PairRequest> requests = [];
    private Results.NameTemplate template = null!;
    private string? fixedDestination;

    private protected override object? FailureTarget => requests.ConvertAll(r => r.Input).ToArray();

    /// <summary>Checks what holds for the whole command, before any clip.</summary>
    protected override void BeginProcessing()
    {
        OpenSession();
        try
        {
            template = Results.NameTemplate.Parse(NameTemplate);
            if (MyInvocation.BoundParameters.ContainsKey(nameof(Destination)) && Destination is { Length: > 0 } folder)
            {
                fixedDestination = this.ResolveLiteral(folder, LipSyncError.DestinationInvalid);
                new DestinationCheck().Check(fixedDestination);
            }

            if (UploadExpiry < StartTimeout + TimeSpan.FromHours(1))
            {
                throw new LipSyncException(LipSyncError.UploadExpiryTooShort,
                    $"Uploads would live {UploadExpiry}, but fal fetches them when a job starts, up to {StartTimeout} after its submission, and needs an hour more.");
            }
        }
        catch (LipSyncException e)
        {
            ThrowTerminatingError(ErrorCatalogue.Record(e, Destination ?? NameTemplate));
        }
    }

    /// <summary>Collects one row or path. Paths are resolved here, where the session's location is what the user sees.</summary>
    protected override void ProcessRecord()
    {
        // One by one: a path that names nothing takes nothing from the others of the same array.
        foreach (var video in ParameterSetName == PathSet ? Path : RowVideos())
        {
            try
            {
                requests.AddRange(ParameterSetName == PathSet ? PathRequests(video!) : [RowRequest(video)]);
            }
            catch (LipSyncException e)
            {
                WriteFailure(e, BoundInput(video));
            }
        }
    }

    /// <summary>Checks everything, asks, then spends.</summary>
    protected override void EndProcessing()
    {
        if (requests.Count == 0)
        {
            return;
        }

        var pairs = Check();
        if (pairs.Count == 0)
        {
            return;
        }

        RefuseTooDear(pairs);
        var agreed = pairs.Where(Agreed).ToList();
        if (agreed.Count > 0)
        {
            Spend(agreed);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        progress?.Close();
    }

    private List<PlannedPair> Check()
    {
        var pairs = new List<PlannedPair>();
        Start(ct =>
        {
            // A rehearsal must not make a store.
            var store = Session.HasStore || !IsRehearsal ? Session.Store : null;
            if (!IsRehearsal)
            {
                Session.Store.CheckBeforeSpending();
            }

            var preflight = new Preflight(store, requests, Session.Time.GetUtcNow());
            foreach (var request in requests)
            {
                ct.ThrowIfCancellationRequested();
                try
                {
                    var (pair, warnings) = preflight.Check(request);
                    pairs.Add(pair);
                    foreach (var warning in warnings)
                    {
                        Post(() => WriteWarning(warning));
                    }
                }
                catch (LipSyncException e) when (e.Error == LipSyncError.OutputAsInput)
                {
                    Post(() => WriteWarning($"{e.Message} Give -AllowOutputAsInput if it is really meant."));
                }
                catch (LipSyncException e)
                {
                    Post(() => WriteFailure(e, request.Input));
                }
            }

            return Task.CompletedTask;
        });
        DrainToEnd();
        return pairs;
    }

    private void RefuseTooDear(List<PlannedPair> pairs)
    {
        if (MaxCost is not { } most || pairs.Sum(CostOf) is var total && total <= most)
        {
            return;
        }

        ThrowTerminatingError(ErrorCatalogue.Record(
            new LipSyncException(LipSyncError.MaxCostExceeded, FormattableString.Invariant(
                $"The {pairs.Count} pairs cost {total:0.00##} USD, and -MaxCost allows {most:0.00##} USD.")),
            pairs.ConvertAll(p => p.Input).ToArray()));
    }

    private bool Agreed(PlannedPair pair)
    {
        var cost = pair.Price is { } price
            ? FormattableString.Invariant($"{price.Usd:0.00} USD for {price.BilledSeconds} s")
            : FormattableString.Invariant($"at most {LipSyncPrice.Unknown.Usd:0.00} USD, the clip's length being unknown");
        return ShouldProcess($"{pair.Video} + {pair.Audio}", $"Upload, submit to fal and pay ({cost})");
    }

    private static decimal CostOf(PlannedPair pair) => (pair.Price ?? LipSyncPrice.Unknown).Usd;
}
