using System.Management.Automation;
using System.Security;

namespace KlingLipSync.Commands;

/// <summary>Sets the session's key, endpoint, proxy and store, and proves the key without spending.</summary>
[Cmdlet(VerbsCommunications.Connect, "KlingLipSync", DefaultParameterSetName = EnvironmentSet)]
[OutputType(typeof(LipSyncConnection))]
public sealed partial class ConnectKlingLipSyncCommand : LipSyncCommand
{
    /// <summary>The fal API key, <c>key-id:key-secret</c>. Without it: the connected one, then FAL_KEY, then FAL_KEY_ID and FAL_KEY_SECRET.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ApiKey]
    [ValidateNotNull]
    public override SecureString? ApiKey { get; set; }

    /// <summary>The folder of the store, with the receipts of all jobs. Without it: KLINGLIPSYNC_HOME, then the user's local application data.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? StorePath { get; set; }

    /// <summary>Asks fal for a request that does not exist: a good key is answered "not found", a bad one "unauthorized".</summary>
    protected override void ProcessRecord()
    {
        OpenSession();
        var store = StorePath is null ? null : ResolveStore(StorePath);
        var key = Session.RequireCredential();
        Start(ct => Session.ProveKeyAsync(ct));
        DrainToEnd();
        SessionSettings.Current.Connect(key, Session.Endpoint, SessionProxy(), store);
        WriteObject(new LipSyncConnection(Session.Endpoint.Name, key.KeyId, SessionSettings.Current.StoreFolder()) { Proxy = Session.Endpoint.ProxyInUse });
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
