namespace KlingLipSync.Jobs;

/// <summary>
/// How many pairs of a batch may be at one thing at a time, within those that it works on at all (<see cref="BatchOptions.ThrottleLimit"/>).
/// Waiting for fal has no lane: a job that waits costs a stream and no thread.
/// </summary>
/// <param name="options">The batch's own.</param>
internal sealed class Lanes(BatchOptions options)
{
    /// <summary>Reading files to know them: as many as there are processors to hash with.</summary>
    public Lane Hashing { get; } = new(Environment.ProcessorCount);

    /// <summary>Pairs whose files go up. A few fill the line; more would only make each one's target older.</summary>
    public Lane Uploads { get; } = new(8);

    /// <summary>Paid requests that are out. Each has a connection to itself; one that blocks until its end has no other wait.</summary>
    public Lane Submissions { get; } = new(options.Synchronous ? options.ThrottleLimit : 16);

    /// <summary>Results that come down, those first that are gone soonest.</summary>
    public Lane Downloads { get; } = new(8);
}
