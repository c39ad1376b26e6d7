using System.Management.Automation;
using KlingLipSync.Jobs.Pairs;
using KlingLipSync.Results;

namespace KlingLipSync.Commands;

/// <summary>What the commands share that know where results go: the destination, the files' names, and the row's other columns.</summary>
public abstract class PairCommand : InputCommand
{
    private NameTemplate template = null!;
    private string? fixedDestination;

    /// <summary>The folder to save into; made if missing. Without it results are not saved.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? Destination { get; set; }

    /// <summary>The files' name: {Name}, {AudioName}, {Id}, {RequestId}, {Date}. Default: {Name}.lipsync.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NameTemplateCompleter))]
    public string? NameTemplate { get; set; }

    /// <summary>Your own mark on the jobs, to find them by.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(TagCompleter))]
    public string? Tag { get; set; }

    /// <summary>Stands for URL inputs in a pair's identity, where the same URL serves different content.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Key { get; set; }

    /// <summary>Take files as clips that this module saved as results.</summary>
    [Parameter]
    public SwitchParameter AllowOutputAsInput { get; set; }

    /// <summary>Whether nothing may be written anywhere.</summary>
    private protected abstract bool IsRehearsal { get; }

    private protected override PairSettings Settings => base.Settings with { Template = template, AllowOutputAsInput = AllowOutputAsInput };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            template = Results.NameTemplate.Parse(NameTemplate);
            if (MyInvocation.BoundParameters.ContainsKey(nameof(Destination)) && Filled(Destination) is { } folder)
            {
                fixedDestination = this.ResolveLiteral(folder, LipSyncError.DestinationInvalid);
                new DestinationCheck(IsRehearsal).Check(fixedDestination);
            }
        }
        catch (LipSyncException e)
        {
            ThrowTerminatingError(ErrorCatalogue.Record(e, e.Error == LipSyncError.NameTemplateInvalid ? NameTemplate : Destination));
        }
    }

    private protected override LipSyncInput Complete(LipSyncInput input) => input with
    {
        Destination = fixedDestination ?? (Filled(Destination) is { } folder ? this.ResolveLiteral(folder, LipSyncError.DestinationInvalid) : null),
        Key = Filled(Key),
        Tag = Filled(Tag),
    };

    private protected override LipSyncInput BoundInput(string? video) => base.BoundInput(video) with
    {
        Destination = Filled(Destination),
        Key = Filled(Key),
        Tag = Filled(Tag),
    };
}
