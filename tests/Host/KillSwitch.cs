using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KlingLipSync.Tests.Host;

/// <summary>
/// Ends or halts the process it is loaded into, as a signal from outside does, at a boundary that the engine announces. A
/// script can load this assembly and arm it.
/// </summary>
public static class KillSwitch
{
    /// <summary>The nth job that reaches the boundary is the last thing this process does, as with kill -9.</summary>
    /// <param name="boundary">The boundary's name.</param>
    /// <param name="nth">Which crossing of it, counted from 1.</param>
    public static void Kill(string boundary, int nth) => On(boundary, nth, () =>
    {
        // SIGKILL on Unix, TerminateProcess on Windows: no handler, no finally, no flush.
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
    });

    /// <summary>At the nth crossing of the boundary the process stops as with SIGSTOP, until somebody sends SIGCONT.</summary>
    /// <param name="boundary">The boundary's name.</param>
    /// <param name="nth">Which crossing of it, counted from 1.</param>
    /// <param name="mark">A file that is made just before, to be seen from outside.</param>
    public static void Pause(string boundary, int nth, string mark) => On(boundary, nth, () =>
    {
        File.WriteAllText(mark, boundary);
        _ = Signal(Environment.ProcessId, OperatingSystem.IsMacOS() ? 17 : 19);
    });

    private static void On(string boundary, int nth, Action action) =>
        DiagnosticListener.AllListeners.Subscribe(new Listeners(boundary, nth, action));

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);

    private sealed class Listeners(string boundary, int nth, Action action) : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "KlingLipSync")
            {
                value.Subscribe(new Crossings(boundary, nth, action), name => name == boundary);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    private sealed class Crossings(string boundary, int nth, Action action) : IObserver<KeyValuePair<string, object?>>
    {
        private int crossed;

        public void OnNext(KeyValuePair<string, object?> value)
        {
            // Asked again: a listener is told of every event as soon as any other listener wants it.
            if (value.Key == boundary && Interlocked.Increment(ref crossed) == nth)
            {
                action();
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
