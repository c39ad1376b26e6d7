using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text.Json;
using KlingLipSync.Tests.Host;

// A process of its own on the real engine, to be killed: Host <module> <script> [<boundary>]
// With - for the module the script imports it by itself.
// Prints one JSON line: what the script put out, as text, and the ids of its errors.
if (args is [_, _, var boundary])
{
    KillSwitch.Kill(boundary, nth: 1);
}

var state = InitialSessionState.CreateDefault2();
if (args[0] != "-")
{
    state.ImportPSModule(args[0]);
}

using var runspace = RunspaceFactory.CreateRunspace(state);
runspace.Open();
using var shell = PowerShell.Create(runspace);
var output = shell.AddScript(File.ReadAllText(args[1])).Invoke();
Console.WriteLine(JsonSerializer.Serialize(new HostReport(
    [.. output.Select(o => o?.ToString() ?? "")],
    [.. shell.Streams.Error.Select(e => e.FullyQualifiedErrorId)])));
return 0;
