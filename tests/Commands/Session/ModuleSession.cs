using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Security;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>A runspace of the real engine with the module imported through its manifest.</summary>
internal sealed class ModuleSession : IDisposable
{
    private readonly RecordingHost host = new();
    private readonly Runspace runspace;

    public ModuleSession(string? manifest = null)
    {
        runspace = Bare(host);
        if (manifest != "")
        {
            Import(manifest ?? ModuleUnderTest.Manifest);
        }
    }

    /// <summary>A session without the module.</summary>
    public static ModuleSession Empty() => new("");

    public object? this[string variable]
    {
        get => runspace.SessionStateProxy.GetVariable(variable);
        set => runspace.SessionStateProxy.SetVariable(variable, value);
    }

    /// <summary>The session's own location; the process has another.</summary>
    public string Location
    {
        get => runspace.SessionStateProxy.Path.CurrentFileSystemLocation.Path;
        set => runspace.SessionStateProxy.Path.SetLocation(value);
    }

    /// <summary>What the user answers to the next questions, by the choices' labels; the last one to all that follow. Without it nobody is there.</summary>
    public void Answer(params string[] answers) => Array.ForEach(answers, host.Answers.Enqueue);

    /// <summary>From here on only what constrained language mode allows.</summary>
    public void Constrain() => runspace.SessionStateProxy.LanguageMode = PSLanguageMode.ConstrainedLanguage;

    /// <summary>Starts a script.</summary>
    public RunningCommand Begin(string script)
    {
        var shell = PowerShell.Create(runspace);
        shell.AddScript(script);
        return new RunningCommand(shell, host);
    }

    /// <summary>Runs a script to its end.</summary>
    public Task<CommandRun> RunAsync(string script) => Begin(script).EndAsync();

    /// <summary>What Tab offers at the end of a line.</summary>
    public IReadOnlyList<CompletionResult> Complete(string line)
    {
        using var shell = PowerShell.Create(runspace);
        return CommandCompletion.CompleteInput(line, line.Length, null, shell).CompletionMatches;
    }

    /// <summary>Connects to an endpoint, which is asked whether it knows the key.</summary>
    public async Task ConnectAsync(Uri endpoint, string store, string key = "demo:demo")
    {
        this["key"] = Secure(key);
        this["endpoint"] = endpoint.ToString();
        this["store"] = store;
        (await RunAsync("Connect-KlingLipSync -Endpoint $endpoint -ApiKey $key -StorePath $store")).CleanOne();
    }

    public static SecureString Secure(string text)
    {
        var secure = new SecureString();
        foreach (var c in text)
        {
            secure.AppendChar(c);
        }

        return secure;
    }

    public void Dispose() => runspace.Dispose();

    private static Runspace Bare(RecordingHost host)
    {
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry("Select-First", typeof(SelectFirstCommand), null));
        var runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        return runspace;
    }

    private void Import(string manifest)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("ErrorAction", ActionPreference.Stop).Invoke();
    }
}
