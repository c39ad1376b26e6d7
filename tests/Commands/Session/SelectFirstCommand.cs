using System.Management.Automation;
using System.Reflection;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>Ends the pipeline early, with the very exception of <c>Select-Object -First</c>, which this engine comes without.</summary>
[Cmdlet(VerbsCommon.Select, "First")]
public sealed class SelectFirstCommand : PSCmdlet
{
    private static readonly ConstructorInfo Stop = typeof(PSObject).Assembly
        .GetType("System.Management.Automation.StopUpstreamCommandsException", throwOnError: true)!
        .GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Single();

    private int seen;

    [Parameter(Position = 0)]
    public int Count { get; set; } = 1;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    protected override void ProcessRecord()
    {
        WriteObject(InputObject);
        if (++seen >= Count)
        {
            throw (Exception)Stop.Invoke([this]);
        }
    }
}
