namespace KlingLipSync.Jobs;

/// <summary>How long jobs have still to go, by how long others took. Says nothing where nothing is known.</summary>
/// <param name="typical">How long a job of this endpoint takes at fal, as a rule; null when no job has told yet.</param>
internal sealed class TimeLeft(TimeSpan? typical)
{
    /// <summary>What one job has to go; null once it takes longer than is usual.</summary>
    /// <param name="waited">How long fal has had it.</param>
    public TimeSpan? OfJob(TimeSpan waited) => typical > waited ? typical - waited : null;

    /// <summary>What a batch has to go: by its own pace once as many pairs are done as are worked on at once, by what is usual until then.</summary>
    /// <param name="batch">Where it stands.</param>
    public TimeSpan? OfBatch(BatchPace batch)
    {
        if (batch.Left <= 0)
        {
            return null;
        }

        var left = batch.Worked >= batch.Throttle
            ? (batch.LastDone / batch.Worked * batch.Left) - (batch.Elapsed - batch.LastDone)
            : typical * Math.Ceiling((batch.Left + batch.Worked) / (double)batch.Throttle) - batch.Elapsed;
        return left > TimeSpan.Zero ? left : null;
    }
}

/// <summary>Where a batch stands.</summary>
/// <param name="Left">Pairs that are not done.</param>
/// <param name="Worked">Pairs that are done and took work: what was only passed through says nothing of the others.</param>
/// <param name="Throttle">Pairs worked on at once.</param>
/// <param name="Elapsed">The time since the batch began.</param>
/// <param name="LastDone">The time from its begin to its latest worked pair.</param>
internal readonly record struct BatchPace(int Left, int Worked, int Throttle, TimeSpan Elapsed, TimeSpan LastDone);
