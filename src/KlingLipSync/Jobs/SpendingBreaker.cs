using KlingLipSync.Fal;

namespace KlingLipSync.Jobs;

/// <summary>
/// Stops new spending for a run as soon as every further pair would meet the same end. What fal has accepted is collected all
/// the same. A failure of one pair alone never gets here.
/// </summary>
internal sealed class SpendingBreaker
{
    /// <summary>How many pairs in a row may find nobody at the other end.</summary>
    private const int MostUnreached = 5;

    private LipSyncException? reason;
    private int unreached;

    /// <summary>Why spending was stopped; null while it was not.</summary>
    public LipSyncException? Reason => Volatile.Read(ref reason);

    /// <summary>Stops spending. The first reason stays.</summary>
    public void Trip(LipSyncException e) => Interlocked.CompareExchange(ref reason, e, null);

    /// <summary>fal was reached and took something.</summary>
    public void Reached() => Volatile.Write(ref unreached, 0);

    /// <summary>Looks at a failure of any call. Stops spending where it is one of these:</summary>
    /// <list type="bullet">
    /// <item>401 or 403 for the key, on what pays or on what reads: the key or the account is at an end.</item>
    /// <item>A proxy that refuses to connect.</item>
    /// <item>A store that is full, damaged or not writable: a receipt would be lost.</item>
    /// <item>Nobody there, for several pairs in a row.</item>
    /// </list>
    /// <returns>True when spending is stopped because of it.</returns>
    public bool Heed(Exception e)
    {
        switch (e)
        {
            case FalException { Route: FalRoute.Initiate or FalRoute.Submit or FalRoute.Status or FalRoute.Poll or FalRoute.Result, Kind: FalFailureKind.Unauthorized or FalFailureKind.Locked } fal:
                Trip(fal.ToLipSync());
                return true;
            case FalException { Kind: FalFailureKind.ProxyRefused, Route: not (FalRoute.Download or FalRoute.WholeDownload) } proxy:
                Trip(proxy.ToLipSync());
                return true;
            case LipSyncException { Error: LipSyncError.StoreCorrupt or LipSyncError.StoreDiskFull or LipSyncError.StoreNotWritable } store:
                Trip(store);
                return true;
            case LipSyncException { Error: LipSyncError.ReceiptNotWritten or LipSyncError.SubmitUnconfirmed, InnerException: LipSyncException store }:
                // The pair has its own error, with the request id in it; the next one must not come to that.
                Trip(store);
                return false;
            case FalException { Route: FalRoute.Initiate or FalRoute.Upload, Kind: FalFailureKind.Unreachable } fal:
                return Unreached(fal.ToLipSync());
            case LipSyncException { Error: LipSyncError.EndpointUnreachable } submit:
                return Unreached(submit);
            default:
                return false;
        }
    }

    private bool Unreached(LipSyncException e)
    {
        if (Interlocked.Increment(ref unreached) < MostUnreached)
        {
            return false;
        }

        Trip(e);
        return true;
    }
}
