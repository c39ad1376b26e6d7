using System.Text.Json;
using KlingLipSync.Emulator.Accounts;

namespace KlingLipSync.Emulator.Jobs;

/// <summary>One accepted request. Its changing parts belong to the board, which guards them.</summary>
internal sealed class Job
{
    private TaskCompletionSource changed = NewSignal();

    public string Id { get; } = Guid.CreateVersion7().ToString();

    public required Account Account { get; init; }

    /// <summary>Owner and alias, which is all that later URLs keep of the endpoint id.</summary>
    public required string App { get; init; }

    /// <summary>What followed the app in the URL, with its slash.</summary>
    public required string Path { get; init; }

    public required JsonElement Input { get; init; }

    public required Preferences Preferences { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public string EndpointId => App + Path.TrimEnd('/');

    /// <summary>The order of acceptance.</summary>
    public long Sequence { get; set; }

    /// <summary>The queue it stands in, or takes a slot of.</summary>
    public AccountLine Line { get; set; } = null!;

    /// <summary>It has been queued for as long as every request is. Set by its timer, since a clock read then may lag behind it.</summary>
    public bool MayStart { get; set; }

    public JobState State { get; set; } = JobState.InQueue;

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public List<LogLine> Log { get; } = [];

    public Outcome? Outcome { get; set; }

    /// <summary>The seconds the run has taken in so far, which is what it is billed for if it is stopped.</summary>
    public int TakenInSeconds { get; set; }

    /// <summary>Its input and output were deleted on demand.</summary>
    public bool PayloadsForgotten { get; set; }

    /// <summary>Set by a cancellation, heard by the run.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>Ends at the next change of anything a status shows, except the queue position.</summary>
    public Task Changed => Volatile.Read(ref changed).Task;

    public void SignalChange() => Interlocked.Exchange(ref changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
