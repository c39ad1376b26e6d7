namespace KlingLipSync.Bench.Chaos;

/// <summary>Where things stood after each run, for the plot.</summary>
internal sealed class Trail
{
    private readonly List<Mark> marks = [];

    /// <param name="Accepted">Submissions that fal has accepted so far.</param>
    /// <param name="Saved">Files in the folder of results.</param>
    public sealed record Mark(int Accepted, int Saved);

    public IReadOnlyList<Mark> Marks => marks;

    /// <summary>Processes that were started.</summary>
    public int Runs { get; set; }

    /// <summary>Those that were killed.</summary>
    public int Killed { get; set; }

    /// <summary>Those that were stopped for a while.</summary>
    public int Stopped { get; set; }

    public void Add(int accepted, int saved) => marks.Add(new Mark(accepted, saved));
}
