using System.Management.Automation;

namespace KlingLipSync.Commands;

/// <summary>Reports on clips, sounds or pairs: what they are, whether the endpoint takes them, what to do about it, what they cost. Sends nothing.</summary>
[Cmdlet(VerbsCommon.Get, "KlingLipSyncMedia", DefaultParameterSetName = RowSet)]
[OutputType(typeof(LipSyncMediaReport))]
public sealed class GetKlingLipSyncMediaCommand : MediaCommand
{
    private protected override void Emit(LipSyncMediaReport report) => WriteObject(report);

    private protected override void EmitOrphan(LipSyncMediaReport report) => WriteObject(report);
}
