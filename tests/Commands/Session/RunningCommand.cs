using System.Collections;
using System.Diagnostics;
using System.Management.Automation;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>A script at work. It may be waited for or stopped, as Ctrl+C does.</summary>
internal sealed class RunningCommand
{
    /// <summary>Far beyond what any script takes: a hang ends as a failed test, not as a hung run.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(90);

    private readonly PowerShell shell;
    private readonly RecordingHost host;
    private readonly PSDataCollection<PSObject> output = [];
    private readonly Task<PSDataCollection<PSObject>> work;

    public RunningCommand(PowerShell shell, RecordingHost host)
    {
        this.shell = shell;
        this.host = host;
        host.Forget();
        work = shell.InvokeAsync<PSObject, PSObject>(null, output);
    }

    public bool IsOver => work.IsCompleted;

    public IReadOnlyList<PSObject> OutputSoFar => [.. output];

    /// <summary>Stops the script and waits until its pipeline is gone.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> StopAsync()
    {
        Assert.False(work.IsCompleted, "The script had ended before it could be stopped.");
        var watch = Stopwatch.StartNew();
        await shell.StopAsync(null, null).WaitAsync(Forever);
        return watch.Elapsed;
    }

    public async Task<CommandRun> EndAsync()
    {
        Exception? thrown = null;
        ErrorRecord? terminating = null;
        var stopped = false;
        try
        {
            await work.WaitAsync(Forever);
        }
        catch (PipelineStoppedException)
        {
            stopped = true;
        }
        catch (Exception e) when (e is IContainsErrorRecord { ErrorRecord: { } record })
        {
            terminating = record;
            thrown = e is CmdletInvocationException or ActionPreferenceStopException ? null : e;
        }

        var streams = shell.Streams;
        var errors = streams.Error.ToList();
        if (terminating is not null && !errors.Exists(e => ReferenceEquals(e.Exception, terminating.Exception)))
        {
            errors.Add(terminating);
        }

        var run = new CommandRun
        {
            Output = [.. output],
            Errors = errors,
            Warnings = Texts(streams.Warning),
            Verbose = Texts(streams.Verbose),
            Debug = Texts(streams.Debug),
            Information = [.. streams.Information],
            Progress = [.. streams.Progress],
            Shown = host.Lines,
            WasStopped = stopped || shell.InvocationStateInfo.State == PSInvocationState.Stopped,
            Thrown = thrown,
        };
        shell.Dispose();
        return run;
    }

    private static List<string> Texts(IEnumerable records) => [.. records.Cast<InformationalRecord>().Select(r => r.Message)];
}
