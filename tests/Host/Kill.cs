using System.Diagnostics;

namespace KlingLipSync.Tests.Host;

/// <summary>Kills this process, as kill -9 does, at a boundary that the engine announces.</summary>
internal static class Kill
{
    /// <summary>From now on the first job that reaches the boundary is the last thing this process does.</summary>
    public static void At(string boundary) => DiagnosticListener.AllListeners.Subscribe(new Listeners(boundary));

    private sealed class Listeners(string boundary) : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "KlingLipSync")
            {
                value.Subscribe(new Boundary(boundary), name => name == boundary);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    private sealed class Boundary(string boundary) : IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Key == boundary)
            {
                // SIGKILL on Unix, TerminateProcess on Windows: no handler, no finally, no flush.
                Process.GetCurrentProcess().Kill();
                Thread.Sleep(Timeout.Infinite);
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
