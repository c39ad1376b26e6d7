namespace KlingLipSync.Emulator.Jobs;

/// <summary>One account's queue: normal requests before low ones, each in the order they came.</summary>
internal sealed class AccountLine
{
    private static readonly Comparer<Job> BySequence = Comparer<Job>.Create((a, b) => a.Sequence.CompareTo(b.Sequence));

    private readonly List<Job> normal = [];
    private readonly List<Job> low = [];

    public int Running { get; set; }

    public int Waiting => normal.Count + low.Count;

    public void Add(Job job) => ListOf(job).Add(job);

    public bool Remove(Job job)
    {
        var list = ListOf(job);
        var index = list.BinarySearch(job, BySequence);
        if (index < 0)
            return false;
        list.RemoveAt(index);
        return true;
    }

    /// <summary>How many are ahead of it.</summary>
    public int Position(Job job) => (job.Preferences.LowPriority ? normal.Count : 0) + Math.Max(0, ListOf(job).BinarySearch(job, BySequence));

    /// <summary>Takes the first, if it has waited its time.</summary>
    public Job? Take()
    {
        foreach (var list in (ReadOnlySpan<List<Job>>)[normal, low])
        {
            if (list.Count > 0 && list[0].MayStart)
            {
                var job = list[0];
                list.RemoveAt(0);
                return job;
            }
        }

        return null;
    }

    private List<Job> ListOf(Job job) => job.Preferences.LowPriority ? low : normal;
}
