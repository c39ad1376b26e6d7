using System.Diagnostics;
using KlingLipSync.Jobs;

namespace KlingLipSync.Tests.Unit.Jobs;

/// <summary>Does something at the first moment at which a job of one session crosses a boundary.</summary>
internal sealed class BoundaryWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly LipSyncSession session;
    private readonly string boundary;
    private readonly Action action;
    private readonly List<IDisposable> subscriptions = [];

    public BoundaryWatch(LipSyncSession session, string boundary, Action action)
    {
        (this.session, this.boundary, this.action) = (session, boundary, action);
        subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    /// <summary>How often it was crossed by this session's jobs.</summary>
    public int Crossings { get; private set; }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "KlingLipSync")
        {
            subscriptions.Add(value.Subscribe(this, name => name == boundary));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        // All sessions of this process announce themselves here.
        if (value.Key == boundary && session.Store.Find((string)value.Value!) is not null && ++Crossings == 1)
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

    public void Dispose() => subscriptions.ForEach(s => s.Dispose());
}
