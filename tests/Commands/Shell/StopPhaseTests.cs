using System.Diagnostics;
using System.Management.Automation;
using KlingLipSync.Emulator;
using KlingLipSync.Tests.Commands.Session;

namespace KlingLipSync.Tests.Commands.Shell;

/// <summary>
/// Ctrl+C at moments that no server can bring about: the engine is held at a boundary that it announces. Alone, because a boundary
/// is announced for the whole process.
/// </summary>
[Collection(EnvironmentCollection.Name)]
public sealed class StopPhaseTests
{
    private const string Script = "$files | Invoke-KlingLipSync -Destination $out";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("IntentWritten")]
    [InlineData("PostAccepted")]
    [InlineData("ReceiptWritten")]
    [InlineData("ResultStored")]
    [InlineData("BeforeRename")]
    public async Task Held_at_a_boundary_the_command_leaves_and_the_pair_is_paid_once(string boundary)
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(1));
        var unheard = new List<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> listen = (_, e) => unheard.Add(e.Exception);
        TaskScheduler.UnobservedTaskException += listen;
        using (var held = new HeldBoundary(boundary))
        {
            var running = shell.Begin(Script);
            await Until.True(() => held.IsReached, boundary);
            var took = await running.StopAsync();

            var run = await running.EndAsync();
            Assert.True(run.WasStopped);
            Assert.InRange(took, TimeSpan.Zero, Soon);
            Assert.Empty(run.Errors);
            Assert.Empty(run.Output);
        }

        await shell.IdleAsync();
        Assert.DoesNotContain(Files(shell), f => f.EndsWith(".partial", StringComparison.Ordinal));

        // What went on after the command had gone used the command's token to its end, and let nothing escape.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= listen;
        Assert.Empty(unheard);
        var job = (await shell.RunAsync(Script)).CleanOne();
        shell.Emulator.AssertOutputs([job]);
        Assert.Equal((1, 1), (shell.Emulator.Accepted(), shell.Emulator.Hits(EmulatorRoute.Submit)));
        Assert.Single(Files(shell));
    }

    [Fact]
    public async Task What_comes_after_the_stop_is_dropped()
    {
        await using var shell = await LipSyncShell.OpenAsync();
        shell["files"] = Piped.Files(shell.Folder.Pairs(1));
        using var held = new HeldBoundary("BeforeRename");
        var running = shell.Begin($"{Script} -Verbose");
        await Until.True(() => held.IsReached, "the rename");

        await running.StopAsync();
        var soFar = running.OutputSoFar.Count;
        held.Release();
        await shell.IdleAsync();

        Assert.Equal((0, 0), (soFar, running.OutputSoFar.Count));
        Assert.Empty((await running.EndAsync()).Errors);
    }

    private static string[] Files(LipSyncShell shell) => Directory.Exists(shell.Folder.Out) ? Directory.GetFiles(shell.Folder.Out) : [];

    /// <summary>Holds whatever crosses one of the engine's boundaries, until it is released.</summary>
    private sealed class HeldBoundary : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly ManualResetEventSlim reached = new(), released = new();
        private readonly List<IDisposable> subscriptions = [];
        private readonly string name;

        public HeldBoundary(string name)
        {
            this.name = name;
            subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public bool IsReached => reached.IsSet;

        public void Release() => released.Set();

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "KlingLipSync")
            {
                subscriptions.Add(value.Subscribe(this, boundary => boundary == name));
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Key == name)
            {
                reached.Set();
                released.Wait();
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose()
        {
            Release();
            subscriptions.ForEach(s => s.Dispose());
        }
    }
}
