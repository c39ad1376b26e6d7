using System.Management.Automation;
using KlingLipSync.Media;

namespace KlingLipSync.Commands;

/// <summary>Tells of each clip, sound or pair whether it would be sent.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KlingLipSyncMedia", DefaultParameterSetName = RowSet)]
[OutputType(typeof(bool))]
public sealed class TestKlingLipSyncMediaCommand : MediaCommand
{
    /// <summary>Count a warning as a no.</summary>
    [Parameter]
    public SwitchParameter Strict { get; set; }

    private protected override void Emit(LipSyncMediaReport report) =>
        WriteObject(report.Verdict == MediaVerdict.Fit || (report.Verdict == MediaVerdict.Warn && !Strict));

    private protected override void EmitOrphan(LipSyncMediaReport report)
    {
        // It was no input, and one answer an input is what a script counts on.
    }

    private protected override void Fail(LipSyncException e, LipSyncInput input) => WriteObject(false);
}
