namespace KlingLipSync.Jobs.Waiting;

/// <summary>How a status stream ended.</summary>
internal enum StreamEnd
{
    /// <summary>With the job's end.</summary>
    Whole,

    /// <summary>It was never one: another status, or something that is no stream.</summary>
    Refused,

    /// <summary>Before the job's end.</summary>
    Cut,

    /// <summary>We left it.</summary>
    Left,
}

/// <summary>Which jobs of a session may have a status stream: so many at a time, and none once the server is known not to keep them.</summary>
internal sealed class StatusStreams(TimeProvider time)
{
    /// <summary>fal has HTTP/2, where a hundred share a connection. Over HTTP/1.1 each is a socket, of which .NET lets a process have all that the system allows.</summary>
    public const int MostAtOnce = 512;

    /// <summary>How often in a row streams may fail before they are not tried any more.</summary>
    public const int MostFailures = 3;

    /// <summary>A stream that lived as long was worth it: gateways cut all that is old.</summary>
    private static readonly TimeSpan Worthwhile = TimeSpan.FromSeconds(30);

    private readonly object gate = new();
    private int open, failures;
    private long lastFailure;

    /// <summary>Takes a place; its holder gives it back with <see cref="Close"/>.</summary>
    public bool TryOpen()
    {
        lock (gate)
        {
            if (open >= MostAtOnce || failures >= MostFailures)
            {
                return false;
            }

            open++;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="opened">When it was taken.</param>
    /// <param name="end">How the stream ended.</param>
    public void Close(long opened, StreamEnd end)
    {
        lock (gate)
        {
            open--;
            var now = time.GetTimestamp();
            if (end == StreamEnd.Whole)
            {
                failures = 0;
            }
            else if (end == StreamEnd.Refused
                || (end == StreamEnd.Cut && time.GetElapsedTime(opened, now) < Worthwhile && opened >= lastFailure))
            {
                // Streams that are cut at one moment were cut by one event.
                failures++;
                lastFailure = now;
            }
        }
    }
}
