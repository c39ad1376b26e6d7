namespace KlingLipSync.Jobs.Waiting;

/// <summary>How soon a job is asked about again: often while it is young, seldom once it has stood for long, more seldom still far back in fal's queue.</summary>
/// <remarks>
/// The pause is an eighth of the time that the job has stood where it is, so that its end is noticed within a small part of what it
/// took. It is never shorter than the half second that fal's own client asks at, so that no job costs more requests than there.
/// </remarks>
internal static class PollPace
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500), Longest = TimeSpan.FromSeconds(5), ForEachAhead = TimeSpan.FromMilliseconds(100);

    private const int MostAhead = 100;

    /// <param name="standing">How long the job has stood where it is.</param>
    /// <param name="ahead">How many are ahead of it in fal's queue; null when it is not known to stand there.</param>
    public static TimeSpan After(TimeSpan standing, int? ahead)
    {
        var longest = Longest + (ForEachAhead * Math.Clamp(ahead ?? 0, 0, MostAhead));
        var pause = standing / 8;
        return pause < Shortest ? Shortest : pause < longest ? pause : longest;
    }
}
