using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>Sets the session's key, endpoint and store, and proves the key without spending.</summary>
[Cmdlet(VerbsCommunications.Connect, "KlingLipSync")]
[OutputType(typeof(LipSyncConnection))]
public sealed class ConnectKlingLipSyncCommand : LipSyncCommand
{
    /// <summary>The folder of the store, with the receipts of all jobs. Without it: KLINGLIPSYNC_HOME, then the user's local application data.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? StorePath { get; set; }

    /// <summary>Asks fal for a request that does not exist: a good key is answered "not found", a bad one "unauthorized".</summary>
    protected override void EndProcessing()
    {
        OpenSession();
        var store = StorePath is null ? null : ResolveStore(StorePath);
        var key = Session.RequireCredential();
        Start(ct => Session.ProveKeyAsync(ct));
        DrainToEnd();
        SessionSettings.Current.Connect(key, Session.Endpoint, store);
        WriteObject(new LipSyncConnection(Session.Endpoint.Name, key.KeyId, SessionSettings.Current.StoreFolder()));
    }

    private string ResolveStore(string path)
    {
        try
        {
            return this.ResolveLiteral(path, LipSyncError.StoreNotWritable);
        }
        catch (LipSyncException e)
        {
            ThrowTerminatingError(ErrorCatalogue.Record(e, path));
            throw;
        }
    }
}
