using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>A host that has no user interface at all, as services and functions have, and a thread that has a context of its own.</summary>
public sealed class BareHostTests
{
    [Fact]
    public async Task Without_a_user_interface_a_batch_runs_and_can_be_stopped()
    {
        await using var scene = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(2) });
        var files = Piped.Files(scene.Folder.Pairs(2));
        using var runspace = Bare(PSThreadOptions.Default);
        using (var stopped = Command(runspace, scene, files))
        {
            var work = stopped.InvokeAsync();
            await Until.True(() => scene.Emulator.Hits(EmulatorRoute.Stream) == 2, "the waiting");
            await stopped.StopAsync(null, null);
            await Assert.ThrowsAsync<PipelineStoppedException>(() => work);
        }

        using var again = Command(runspace, scene, files);
        var jobs = await again.InvokeAsync();

        Assert.Empty(again.Streams.Error);
        scene.Emulator.AssertOutputs(jobs);
        Assert.Equal((2, 2), (jobs.Count, scene.Emulator.Accepted()));
    }

    [Fact]
    public async Task A_question_without_a_user_interface_is_an_error_and_not_a_hang()
    {
        await using var scene = await LipSyncShell.OpenAsync();
        using var runspace = Bare(PSThreadOptions.Default);
        using var asked = Command(runspace, scene, Piped.Files(scene.Folder.Pairs(1)));
        asked.AddParameter("Confirm");

        try
        {
            Assert.Empty(await asked.InvokeAsync().WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.NotEmpty(asked.Streams.Error);
        }
        catch (RuntimeException e)
        {
            Assert.NotEmpty(e.ErrorRecord.FullyQualifiedErrorId);
        }

        scene.Emulator.AssertNothingSent();
    }

    [Fact]
    public async Task Nothing_is_posted_to_the_context_of_the_thread_that_calls()
    {
        await using var scene = await LipSyncShell.OpenAsync();
        var files = Piped.Files(scene.Folder.Pairs(3));
        var context = new CountingContext();
        var thread = new TaskCompletionSource<int>();
        new Thread(() =>
        {
            try
            {
                // As on a form: this thread is the only one that would ever run what is posted, and it is busy with the command.
                SynchronizationContext.SetSynchronizationContext(context);
                using var runspace = Bare(PSThreadOptions.UseCurrentThread);
                using var command = Command(runspace, scene, files);
                thread.SetResult(command.Invoke().Count);
            }
            catch (Exception e)
            {
                thread.SetException(e);
            }
        }).Start();

        Assert.Equal(3, await thread.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(0, context.Posts);
    }

    [Fact]
    public async Task A_slow_consumer_holds_up_nothing_that_is_at_fal()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { Concurrency = 100 });
        shell["rows"] = Enumerable.Range(1, 40).Select(n => Piped.Row(("VideoUrl", $"https://example.com/{n}.mp4"), ("AudioUrl", $"https://example.com/{n}.wav"))).ToArray();

        var running = shell.Begin("$rows | Invoke-KlingLipSync -ThrottleLimit 40 -Verbose | ForEach-Object { [Threading.Thread]::Sleep(100); $_ }");
        await Until.True(() => shell.Emulator.Accepted() == 40, "all of them at fal");
        var soFar = running.OutputSoFar.Count;

        Assert.True(soFar < 40, "The consumer was not slow.");
        Assert.Equal(40, (await running.EndAsync()).Clean().Select(j => j.Id()).Distinct().Count());
    }

    [Fact]
    public async Task What_a_job_says_comes_in_the_order_in_which_it_was_said()
    {
        await using var shell = await LipSyncShell.OpenAsync(EmulatorOptions.Instant with { RunTime = TimeSpan.FromSeconds(1) });
        shell["files"] = Piped.Files(shell.Folder.Pairs(3));
        (await shell.RunAsync("$jobs = $files | Invoke-KlingLipSync -NoWait")).Clean();

        var run = await shell.RunAsync("$jobs | Watch-KlingLipSyncJob -IncludeLog -Verbose");

        foreach (var updates in run.Clean().GroupBy(u => u.Id()))
        {
            Assert.Equal(updates.Select(u => u.Get("Time")).Order(), updates.Select(u => u.Get("Time")));
            Assert.Equal("Completed", updates.Last().State());
            Assert.Single(updates, u => u.State() == "Completed");
        }

        var said = run.Verbose.Where(v => v.Contains("Progress:", StringComparison.Ordinal)).GroupBy(v => v.Split(' ')[0]).ToList();
        Assert.NotEmpty(said);
        Assert.All(said, lines => Assert.Equal(lines.Distinct(), lines));
    }

    private static Runspace Bare(PSThreadOptions thread)
    {
        var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.ThreadOptions = thread;
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", ModuleUnderTest.Manifest).AddParameter("ErrorAction", ActionPreference.Stop).Invoke();
        return runspace;
    }

    private static PowerShell Command(Runspace runspace, LipSyncShell scene, PSObject[] files)
    {
        using (var connect = PowerShell.Create(runspace))
        {
            connect.AddCommand("Connect-KlingLipSync").AddParameter("Endpoint", scene.Emulator.Url.ToString())
                .AddParameter("ApiKey", ModuleSession.Secure("demo:demo")).AddParameter("StorePath", scene.Folder.Store).Invoke();
        }

        var paths = files.Select(f => ((FileInfo)f.BaseObject).FullName).ToArray();
        var shell = PowerShell.Create(runspace);
        shell.AddCommand("Invoke-KlingLipSync").AddParameter("LiteralPath", paths).AddParameter("Destination", scene.Folder.Out);
        return shell;
    }

    private sealed class CountingContext : SynchronizationContext
    {
        private int posts;

        public int Posts => Volatile.Read(ref posts);

        public override void Post(SendOrPostCallback d, object? state) => Interlocked.Increment(ref posts);

        public override void Send(SendOrPostCallback d, object? state) => Interlocked.Increment(ref posts);
    }
}
