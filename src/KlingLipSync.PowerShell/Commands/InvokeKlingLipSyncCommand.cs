using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>skeleton</summary>
[Cmdlet(VerbsLifecycle.Invoke, "KlingLipSync")]
public sealed class InvokeKlingLipSyncCommand : PSCmdlet
{
    /// <summary>s</summary>
    [Parameter] public LipSyncJobState State { get; set; }
    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteObject(State);
}
