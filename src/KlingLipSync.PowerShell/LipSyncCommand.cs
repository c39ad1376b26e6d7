using System.Management.Automation;
using System.Security;

namespace KlingLipSync.Commands;

/// <summary>What the commands share that talk to fal or look into the store: the key and the endpoint.</summary>
public abstract class LipSyncCommand : CatalogueCommand
{
    /// <summary>The fal API key, <c>key-id:key-secret</c>. Without it: the connected one, then FAL_KEY, then FAL_KEY_ID and FAL_KEY_SECRET.</summary>
    [Parameter]
    [ApiKey]
    [ValidateNotNull]
    public virtual SecureString? ApiKey { get; set; }

    /// <summary>A base URL that stands for all of fal's hosts, such as a local emulator's. Plain http only on this machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    public string? Endpoint { get; set; }

    /// <summary>Reads key, endpoint and store place. Opens nothing yet.</summary>
    /// <param name="needsKey">False where the store alone can answer.</param>
    private protected void OpenSession(bool needsKey = true) => OpenSession(Endpoint, ApiKey, needsKey);

    private protected override object? FailureTarget => SessionSettings.Current.EndpointText(Endpoint);
}
