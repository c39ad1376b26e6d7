using System.Data.Common;
using System.Diagnostics;
using System.Globalization;

namespace KlingLipSync.Tests.Commands.Session;

/// <summary>Does something at the first moment at which a job of one store crosses a boundary that the engine announces.</summary>
internal sealed class BoundaryWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string store, boundary;
    private readonly Action action;
    private readonly List<IDisposable> subscriptions = [];
    private int crossings;

    public BoundaryWatch(string store, string boundary, Action action)
    {
        (this.store, this.boundary, this.action) = (store, boundary, action);
        subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

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
        if (value.Key == boundary && IsHere((string)value.Value!) && Interlocked.Increment(ref crossings) == 1)
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

    private bool IsHere(string job)
    {
        try
        {
            return StoreReading.Run(store, string.Create(CultureInfo.InvariantCulture, $"SELECT id FROM jobs WHERE id = '{job}'")).Count == 1;
        }
        catch (DbException)
        {
            // Another session crosses while this store is just being made or put away: the job is none of it, and that session is not to fail.
            return false;
        }
    }
}
