using System.Management.Automation;
using System.Security;
using KlingLipSync.Jobs;

namespace KlingLipSync.Commands;

/// <summary>What the commands about jobs share: the key, the endpoint, the store, and errors from the catalogue.</summary>
public abstract class LipSyncCommand : AsyncCommand
{
    /// <summary>The fal API key, <c>key-id:key-secret</c>. Without it: the connected one, then FAL_KEY, then FAL_KEY_ID and FAL_KEY_SECRET.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? ApiKey { get; set; }

    /// <summary>A base URL that stands for all of fal's hosts, such as a local emulator's. Plain http only on this machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Endpoint { get; set; }

    /// <summary>What the command works on, from <see cref="OpenSession"/> to its end.</summary>
    private protected LipSyncSession Session { get; private set; } = null!;

    /// <summary>Reads key, endpoint and store place. Opens nothing yet.</summary>
    /// <param name="needsKey">False where the store alone can answer.</param>
    private protected void OpenSession(bool needsKey = true)
    {
        var settings = SessionSettings.Current;
        try
        {
            Session = new LipSyncSession(settings.Endpoint(Endpoint), settings.Credential(ApiKey), settings.StoreFolder());
            if (needsKey)
            {
                Session.RequireCredential();
            }
        }
        catch (LipSyncException e)
        {
            ThrowTerminatingError(ErrorCatalogue.Record(e, settings.EndpointText(Endpoint)));
        }
    }

    private protected override ValueTask CloseAsync()
    {
        Session?.Dispose();
        return default;
    }

    /// <summary>A failure that touches everything ends the command with its record.</summary>
    private protected override void Throw(Exception e)
    {
        switch (e)
        {
            case LipSyncException known:
                ThrowTerminatingError(ErrorCatalogue.Record(known, FailureTarget));
                break;
            default:
                base.Throw(e);
                break;
        }
    }

    /// <summary>What a failure of the whole command is about.</summary>
    private protected virtual object? FailureTarget => SessionSettings.Current.EndpointText(Endpoint);

    /// <summary>One non-terminating error about one item.</summary>
    private protected void WriteFailure(LipSyncException e, object? target) => WriteError(ErrorCatalogue.Record(e, target));
}
