using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>Forgets the session's key, endpoint, proxy and store.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "KlingLipSync")]
public sealed class DisconnectKlingLipSyncCommand : PSCmdlet
{
    /// <summary>Forgets them. Harmless when nothing is connected.</summary>
    protected override void EndProcessing() => SessionSettings.Current.Disconnect();
}
