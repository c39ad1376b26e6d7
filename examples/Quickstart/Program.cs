using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KlingLipSync.Quickstart;

// Opens the real PowerShell engine and runs quickstart.ps1 in it, so that the .NET SDK alone is enough to see the module work.

// The engine would report its use to its makers, as pwsh does; an example calls nobody.
Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

var host = new ConsoleHost();
var state = InitialSessionState.CreateDefault2();
if (OperatingSystem.IsWindows())
{
    state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
}

using var runspace = RunspaceFactory.CreateRunspace(host, state);
runspace.Open();
using var shell = PowerShell.Create(runspace);

// Errors join the output, so that Out-Default shows both in their order, each by its own view.
shell.AddCommand(ScriptFile.Find());
shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
shell.AddCommand("Out-Default");

Console.CancelKeyPress += (_, pressed) =>
{
    // The script is stopped, not the process: its finally block still has an emulator to end.
    pressed.Cancel = true;
    shell.BeginStop(null, null);
};

try
{
    shell.Invoke();
    if (shell.InvocationStateInfo.State == PSInvocationState.Stopped)
    {
        return Stopped();
    }

    // What a script gives to `exit` is left here when another program called it.
    return runspace.SessionStateProxy.GetVariable("LASTEXITCODE") is int code ? code : 0;
}
catch (PipelineStoppedException)
{
    return Stopped();
}
catch (RuntimeException e)
{
    host.UI.WriteErrorLine(e.ErrorRecord.InvocationInfo is { } at ? $"{e.Message}{Environment.NewLine}{at.PositionMessage}" : e.Message);
    return 1;
}

// The exit code of what Ctrl+C ended, as shells have it.
static int Stopped()
{
    Console.Error.WriteLine("Stopped.");
    return 130;
}
